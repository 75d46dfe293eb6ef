// How long a link takes to make, at 200 a second whether or not the answers keep up, each with an Idempotency-Key, by one key.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../api.ts'
import { openLoop } from '../open-loop.ts'
import { startSystem } from '../system.ts'
import { percentile } from './measure.ts'

export interface CreateResult {
  /** 99th percentile, to what it may be. */
  readonly ratio: number
  readonly perSecond: number
  readonly answered: number
  /** Other answers than 201. */
  readonly failed: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const perSecond = 200
const seconds = 30
const mostMs = 50

export async function benchCreate(say: (line: string) => void): Promise<CreateResult> {
  await using system = await startSystem({ form: 'stack' })
  const { access } = system
  const latencies: number[] = []
  let failed = 0
  const create = async (dueAt: number) => {
    const { status } = await call(
      access,
      'POST',
      `${access.linkWrite}/v1/links`,
      { destination: 'https://example.com/' },
      { 'Idempotency-Key': randomUUID() },
    ).catch(() => ({ status: 0 }))
    latencies.push(performance.now() - dueAt)
    if (status !== 201) failed++
  }
  const measure = async (forSeconds: number) => {
    latencies.length = 0
    failed = 0
    const startedAt = performance.now()
    const loop = openLoop(perSecond, create)
    await sleep(forSeconds * 1000)
    await loop.stop()
    return Math.round((latencies.length / (performance.now() - startedAt)) * 1000)
  }
  await measure(5)
  const reached = await measure(seconds)
  const at = (percent: number) => Math.round(percentile(latencies, percent) * 10) / 10
  const [p50Ms, p95Ms, p99Ms, maxMs] = [at(50), at(95), at(99), at(100)]
  say(`${reached} creates/s: p50 ${p50Ms} ms, p95 ${p95Ms} ms, p99 ${p99Ms} ms, ${failed} failed`)
  const answered = latencies.length
  return { ratio: p99Ms / mostMs, perSecond: reached, answered, failed, p50Ms, p95Ms, p99Ms, maxMs }
}

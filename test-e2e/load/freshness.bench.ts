// How long after its answer a click is in a report: links of their own are followed one after the other, and their
// reports asked until they show it; first with nothing else to do, then beside 2,000 redirects a second.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Link } from '@sleepwell/contracts/link'
import { createLink, follow, report } from '../api.ts'
import { startLoad } from '../faults/load-client.ts'
import { startSystem, type System } from '../system.ts'
import { percentile } from './measure.ts'

export interface FreshnessResult {
  /** 99th percentile, under load to idle. */
  readonly ratio: number
  readonly idle: Percentiles
  readonly loaded: Percentiles & { readonly redirectsPerSecond: number }
}

interface Percentiles {
  readonly samples: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
}

const samples = 300
const everyMs = 100
const askEveryMs = 20
const perSecond = 2_000

export async function benchFreshness(say: (line: string) => void): Promise<FreshnessResult> {
  await using system = await startSystem({ form: 'stack' })
  const busy = await createLink(system.access, 'https://example.com/busy')
  const links: Link[] = []
  while (links.length < samples)
    links.push(await createLink(system.access, 'https://example.com/sample'))
  await measure(system, links.splice(0, 20))
  const idle = await measure(system, links.slice(0, samples / 2))
  say(`idle: ${inWords(idle)}`)
  const startedAt = performance.now()
  const load = startLoad(busy.shortLink, { perSecond })
  await sleep(5_000)
  const loaded = await measure(system, links.slice(samples / 2))
  await load.stop()
  const redirects = load.answered.length / ((performance.now() - startedAt) / 1000)
  say(`beside ${Math.round(redirects)} redirects/s: ${inWords(loaded)}`)
  return {
    ratio: loaded.p99Ms / idle.p99Ms,
    idle,
    loaded: { ...loaded, redirectsPerSecond: Math.round(redirects) },
  }
}

async function measure(system: System, links: readonly Link[]): Promise<Percentiles> {
  const waiting: Promise<number>[] = []
  for (const link of links) {
    waiting.push(untilVisible(system, link))
    await sleep(everyMs)
  }
  const times = await Promise.all(waiting)
  const at = (percent: number) => Math.round(percentile(times, percent))
  return { samples: times.length, p50Ms: at(50), p95Ms: at(95), p99Ms: at(99) }
}

async function untilVisible({ access }: System, link: Link): Promise<number> {
  await follow(link.shortLink)
  const answeredAt = performance.now()
  while ((await report(access, `linkId=${link.id}`)).totals.total === 0) await sleep(askEveryMs)
  return performance.now() - answeredAt
}

function inWords({ p50Ms, p95Ms, p99Ms }: Percentiles): string {
  return `p50 ${p50Ms} ms, p95 ${p95Ms} ms, p99 ${p99Ms} ms`
}

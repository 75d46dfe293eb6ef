// How fast analytics counts what has piled up on Kafka. It is held still while clicks are published, and then let go.
// The ratio is to Postgres alone, copying the same clicks into a table with the same keys: what counting costs.
import { publishClicks } from '@sleepwell/testing/click-source'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSystem, type System } from '../system.ts'
import { median, systemCpuMicroseconds } from './measure.ts'

export interface DrainResult {
  /** Clicks a second, ours to bare: the median of all rounds. */
  readonly ratio: number
  readonly clicksPerSecond: number
  readonly rounds: readonly Round[]
}

interface Round {
  readonly clicks: number
  readonly clicksPerSecond: number
  readonly bareClicksPerSecond: number
  /** Processor time for one click, of all programs by name. */
  readonly cpuMicroseconds: Readonly<Record<string, number>>
}

const rounds = 3
const clicks = 400_000
const links = 5_000

export async function benchDrain(report: (line: string) => void): Promise<DrainResult> {
  await using system = await startSystem({ form: 'stack' })
  await drain(system, 50_000)
  const measured: Round[] = []
  for (let round = 0; round < rounds; round++) {
    const ours = await drain(system, clicks)
    const bare = await copy(system)
    measured.push({ clicks, ...ours, bareClicksPerSecond: bare })
    report(
      `${ours.clicksPerSecond} clicks/s; us of processor each: ${JSON.stringify(ours.cpuMicroseconds)}; bare ${bare}/s`,
    )
  }
  return {
    ratio: median(measured.map((round) => round.clicksPerSecond / round.bareClicksPerSecond)),
    clicksPerSecond: median(measured.map((round) => round.clicksPerSecond)),
    rounds: measured,
  }
}

async function drain(
  system: System,
  count: number,
): Promise<Pick<Round, 'clicksPerSecond' | 'cpuMicroseconds'>> {
  const analytics = system.pidOf('analytics')
  const url = `kafka://${system.access.engines.Kafka ?? ''}`
  const before = await stored(system)
  process.kill(analytics, 'SIGSTOP')
  await publishClicks({ url, clicks: count, links })
  const cpu = systemCpuMicroseconds(analytics)
  process.kill(analytics, 'SIGCONT')
  // It may have to join its group again first: the time counts from the first click.
  while ((await stored(system)) === before) await sleep(20)
  const [first, startedAt] = [await stored(system), performance.now()]
  let now = first
  while (now < before + count) {
    await sleep(100)
    now = await stored(system)
  }
  const seconds = (performance.now() - startedAt) / 1000
  return {
    clicksPerSecond: Math.round((now - first) / seconds),
    cpuMicroseconds: Object.fromEntries(
      [...systemCpuMicroseconds(analytics)].map(([name, used]) => [
        name,
        Math.round((used - (cpu.get(name) ?? 0)) / count),
      ]),
    ),
  }
}

/** By the offsets: counting rows would be work for the server that is measured. */
async function stored(system: System): Promise<number> {
  const [row] = await system.query<{ sum: string }>(
    'analytics',
    'select coalesce(sum(how_many(counted)), 0) as sum from spools',
  )
  return Number(row?.sum)
}

async function copy(system: System): Promise<number> {
  await system.query('analytics', 'create table bare (like clicks including all)')
  const startedAt = performance.now()
  await system.query(
    'analytics',
    `insert into bare select * from clicks order by at desc limit ${clicks}`,
  )
  const seconds = (performance.now() - startedAt) / 1000
  await system.query('analytics', 'drop table bare')
  return Math.round(clicks / seconds)
}

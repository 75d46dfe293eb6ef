// Reports over HTTP, of an owner with 100 million clicks in 90 days and of one with a hundredth of that, in turns on the
// same database. Unfiltered reports must not notice the difference much: they read sums.
import { startSystem, type System } from '../system.ts'
import { percentile } from './measure.ts'
import {
  days,
  fillClicks,
  fillRollups,
  linkOf,
  makeKey,
  type Owner,
  large,
  small,
} from './report-fill.ts'

export interface Result {
  /** 95th percentile of all unfiltered reports, the large owner's to the small one's. */
  readonly ratio: number
  readonly p95Ms: number
  readonly reports: readonly Measured[]
}

interface Measured {
  readonly report: string
  /** Of a hundredth of the clicks. */
  readonly small: Times
  readonly large: Times
}

interface Times {
  readonly p50Ms: number
  readonly p95Ms: number
}

/** Of the links, by clicks. */
const ranks = [1, 10, 100]
const rawClicks = 5_000_000
const rounds = 20
const rawRounds = 3
const dayMs = 86_400_000

interface Kind {
  readonly report: string
  readonly days: number
  readonly parameters: Readonly<Record<string, string>>
  readonly rank?: number
}

const ofOwner: readonly Kind[] = [
  ...['total', 'day', 'weekday_hour', 'country', 'referrer', 'link'].map((groupBy) => ({
    report: `owner, ${days} days, by ${groupBy}`,
    days,
    parameters: { groupBy },
  })),
  ...['hour', 'link'].map((groupBy) => ({
    report: `owner, 7 days, by ${groupBy}`,
    days: 7,
    parameters: { groupBy },
  })),
]
const ofLinks: readonly Kind[] = ranks.flatMap((rank) =>
  ['day', 'country', 'referrer'].map((groupBy) => ({
    report: `link ${rank}, ${days} days, by ${groupBy}`,
    days,
    parameters: { groupBy },
    rank,
  })),
)
const rawOf = (name: string, parameters: Kind['parameters']): Kind => ({
  report: `owner, 30 days, ${name} (${rawClicks / 1e6} million clicks)`,
  days: 30,
  parameters,
})
const raw = [
  rawOf('by day, filtered', { groupBy: 'day', 'filter[country]': 'country 3' }),
  rawOf('by utm_source', { groupBy: 'utm_source' }),
]

export async function benchReports(report: (line: string) => void): Promise<Result> {
  await using system = await startSystem()
  const owners: { readonly owner: Owner; readonly key: string }[] = []
  for (const owner of [small, large]) {
    const startedAt = performance.now()
    const key = await makeKey(system, owner)
    const rows = await fillRollups(system, owner, ranks)
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    report(`${owner.clicks} clicks of ${owner.links} links: ${rows} rows in ${seconds} s`)
    owners.push({ owner, key })
  }
  const reports: Measured[] = []
  const allTimes = new Map<Owner, number[]>()
  const measure = async (kind: Kind, count: number, summed: boolean) => {
    const times: Times[] = []
    for (const { owner, key } of owners) {
      const of = await timesOf(system, owner, key, kind, count)
      if (summed) allTimes.set(owner, [...(allTimes.get(owner) ?? []), ...of])
      times.push({ p50Ms: Math.round(percentile(of, 50)), p95Ms: Math.round(percentile(of, 95)) })
    }
    const [ofSmall, ofLarge] = times
    if (ofSmall === undefined || ofLarge === undefined) throw new Error('two owners were measured')
    reports.push({ report: kind.report, small: ofSmall, large: ofLarge })
    report(
      `${kind.report}: p50 ${ofLarge.p50Ms} ms, p95 ${ofLarge.p95Ms} ms; a hundredth: ${ofSmall.p95Ms} ms`,
    )
  }
  for (const kind of [...ofOwner, ...ofLinks]) await measure(kind, rounds, true)
  await fillClicks(system, large, rawClicks)
  for (const kind of raw) await measure(kind, rawRounds, false)
  const p95 = (owner: Owner) => percentile(allTimes.get(owner) ?? [], 95)
  return { ratio: p95(large) / p95(small), p95Ms: Math.round(p95(large)), reports }
}

async function timesOf(
  system: System,
  owner: Owner,
  key: string,
  kind: Kind,
  count: number,
): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i <= count; i++) {
    // Ranges begin and end at other quarters each time, as those of people in any time zone do.
    const to = Date.now() - i * 900_000
    const query = new URLSearchParams({
      ...kind.parameters,
      timezone: 'Europe/Berlin',
      from: new Date(to - kind.days * dayMs).toISOString(),
      to: new Date(to).toISOString(),
      ...(kind.rank !== undefined && { linkId: linkOf(owner, kind.rank) }),
    })
    const startedAt = performance.now()
    const answer = await fetch(`${system.access.analytics}/v1/reports/clicks?${query.toString()}`, {
      headers: { Authorization: `Bearer ${key}` },
    })
    const body = await answer.text()
    if (answer.status !== 200) throw new Error(`${kind.report}: ${answer.status} ${body}`)
    // The first one warms up.
    if (i > 0) times.push(performance.now() - startedAt)
  }
  return times
}

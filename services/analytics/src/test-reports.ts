// For tests: the clicks of a few days, counted, and reports over them.
import { randomUUID } from 'node:crypto'
import { ReportParameters } from '@sleepwell/contracts/analytics-routes'
import { ClickReport } from '@sleepwell/contracts/report'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { openPool } from '@sleepwell/runtime/postgres'
import { Client } from 'pg'
import { createReport } from './click-report.ts'
import { findOwnLink } from './key-table.ts'
import { countRawClicks } from './raw-report-table.ts'
import { readReportQuery } from './read-report-query.ts'
import { countClicks } from './report-table.ts'
import {
  click,
  linkId,
  noEnd,
  openCounting,
  recordsFrom,
  silent,
  spool,
  type Counting,
} from './test-clicks.ts'

export const now = Date.parse('2026-03-30T12:00:00Z')
export const otherLink = randomUUID()
export const foreignLink = randomUUID()

export interface Reports extends AsyncDisposable {
  readonly counting: Counting
  /** Rejects with the reason where there is no report. */
  readonly report: (query: Record<string, string>, ownerId?: string) => Promise<ClickReport>
}

export async function openReports(): Promise<Reports> {
  const open = new AsyncDisposableStack()
  const counting = open.use(await openCounting())
  const linksDatabase = open.use(await openTestDatabase('links'))
  const client = new Client({ connectionString: linksDatabase.url('link_write') })
  await client.connect()
  for (const [id, owner] of [
    [linkId, 'owner'],
    [otherLink, 'owner'],
    [foreignLink, 'stranger'],
  ])
    await client.query(
      `insert into links (id, owner_id, domain, slug, destination) values ($1, $2, '@', $3, 'https://example.com/')`,
      [id, owner, id?.slice(0, 8)],
    )
  await client.end()
  const links = openPool({
    url: linksDatabase.url('analytics'),
    name: 'test',
    max: 2,
    timeoutMs: 5000,
    log: silent,
  })
  open.defer(() => links.end())
  const consumer = counting.consumer({ now: () => now })
  await consumer.startAt(0, noEnd)
  const clicks = [
    // Berlin's clocks go forward on the 29th at 01:00Z.
    click({ at: '2026-03-28T23:10:00Z', country: 'DE', visitor: 'a' }),
    click({ at: '2026-03-29T00:59:59.999Z', country: 'DE', visitor: 'a' }),
    click({ at: '2026-03-29T01:00:00Z', country: 'NP', visitor: 'b', browser: 'Chrome' }),
    click({ at: '2026-03-29T22:05:00Z', bot: true, country: 'US', device: 'bot' }),
    click({
      at: '2026-03-30T00:16:00Z',
      linkId: otherLink,
      referrerHost: 'example.com',
      utm: { source: 'letter', medium: 'mail' },
    }),
    click({ at: '2026-03-30T00:16:00Z', linkId: foreignLink, ownerId: 'stranger' }),
  ]
  const lastSeq = Math.max(...clicks.map(({ seq }) => seq))
  await consumer.handle(
    0,
    recordsFrom(
      0,
      ...clicks,
      { type: 'dropped', spool, from: 1, to: lastSeq, at: '2026-03-30T00:00:00Z' },
      {
        type: 'heartbeat',
        spool,
        lastSeq,
        shippedSeq: lastSeq,
        at: '2026-03-30T11:59:59Z',
        closed: false,
      },
    ),
  )
  const create = createReport({
    countClicks: (each) => countClicks(counting.pool, each),
    countRawClicks: (each) => countRawClicks(counting.pool, each, 10_000),
    findOwnLink: (owner, id) => findOwnLink(links, owner, id),
  })
  return {
    counting,
    report: async (query, ownerId = 'owner') => {
      const found = await create(ownerId, readReportQuery(ReportParameters.parse(query), now))
      if (typeof found === 'string') throw new Error(found)
      return ClickReport.parse(found)
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

export const counts = (total: number, bot: number, unique: number) => ({
  total,
  human: total - bot,
  bot,
  unique,
})

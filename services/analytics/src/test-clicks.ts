// For tests: clicks as redirect would record them, and a consumer on a database of its own.
import { expect } from '@jest/globals'
import { randomBytes, randomUUID } from 'node:crypto'
import type { LogRecord } from '@sleepwell/click-log/click-log'
import {
  clicksTopic,
  type Click,
  type ClickRecord,
  type OrphanClick,
} from '@sleepwell/contracts/click'
import { openPool } from '@sleepwell/runtime/postgres'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import type { Pool } from 'pg'
import { pino } from 'pino'
import type { ClickBatch } from './click-batch.ts'
import { makeDays } from './click-table.ts'
import { consumeClicks, type ConsumeDeps } from './consume-clicks.ts'
import { findOffset } from './offset-table.ts'
import { createGroupCommit } from './group-commit.ts'
import { storeParts, type Stored } from './store-parts.ts'

export const now = Date.now()
export const dayMs = 86_400_000
export const retentionMs = 30 * dayMs
export const silent = pino({ level: 'silent' })

export function uuidv7At(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, '0') + randomBytes(10).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

export const linkId = '0f0f0f0f-0000-4000-8000-000000000001'
export const spool = '0f0f0f0f-0000-4000-8000-00000000000a'

let seq = 0

export function click(changes: Partial<Click> = {}): Click {
  const at = changes.at ?? new Date(now - 1000).toISOString()
  return {
    type: 'click',
    id: uuidv7At(Date.parse(at)),
    spool,
    seq: ++seq,
    linkId,
    ownerId: 'owner',
    at,
    policyVersion: 1,
    bot: false,
    visitor: randomUUID(),
    country: 'DE',
    device: 'desktop',
    browser: 'Firefox',
    os: 'Linux',
    ...changes,
  }
}

export function orphan(changes: Partial<Omit<OrphanClick, 'type'>> = {}): OrphanClick {
  const { id, spool, seq, at, policyVersion, bot } = click()
  const [domain, slug] = ['@', 'nothing']
  return { type: 'orphan', id, spool, seq, at, policyVersion, bot, domain, slug, ...changes }
}

export function encode(record: ClickRecord | string): Uint8Array {
  return new TextEncoder().encode(typeof record === 'string' ? record : JSON.stringify(record))
}

export function recordsFrom(offset: number, ...values: (ClickRecord | string)[]): LogRecord[] {
  return values.map((value, i) => ({ offset: offset + i, value: encode(value) }))
}

export interface Counting extends AsyncDisposable {
  /** As the role analytics. */
  readonly pool: Pool
  /** As the superuser. */
  readonly admin: Pool
  readonly outcomes: { batch: ClickBatch; stored: Stored }[]
  readonly gaps: string[]
  readonly storePart: ConsumeDeps['storePart']
  /** A consumer of its own; several share the database. */
  readonly consumer: (changes?: Partial<ConsumeDeps>) => ReturnType<typeof consumeClicks>
  /** Delivers records to a new consumer, as after a restart; resolves to the offset to read next. */
  readonly deliver: (partition: number, records: readonly LogRecord[]) => Promise<number>
  readonly query: <Row extends object>(sql: string) => Promise<Row[]>
}

/** The log that delivers has no end in sight. */
export const noEnd = async () => Number.MAX_SAFE_INTEGER

export async function openCounting(): Promise<Counting> {
  const database = await openTestDatabase('analytics')
  const open = (role: 'analytics' | 'postgres') =>
    openPool({ url: database.url(role), name: 'test', max: 8, timeoutMs: 10_000, log: silent })
  const pool = open('analytics')
  const admin = open('postgres')
  const outcomes: Counting['outcomes'] = []
  const gaps: string[] = []
  const storePart = createGroupCommit((parts) => storeParts(pool, parts))
  const consumer: Counting['consumer'] = (changes = {}) =>
    consumeClicks({
      group: async () => 'analytics',
      cluster: async () => 'cluster',
      topic: clicksTopic,
      findOffset: (of) => findOffset(pool, of),
      makeDays: (days) => makeDays(pool, days),
      // Of its own, as each process has one.
      storePart: createGroupCommit((parts) => storeParts(pool, parts)),
      now: () => now,
      retentionMs,
      uniqueWithinMs: 2 * dayMs,
      stored: (batch, stored) => outcomes.push({ batch, stored }),
      gap: (kind) => gaps.push(kind),
      moved: () => {},
      assigned: () => {},
      log: silent,
      ...changes,
    })
  return {
    pool,
    admin,
    outcomes,
    gaps,
    storePart,
    consumer,
    deliver: async (partition, records) => {
      const one = consumer()
      await one.startAt(partition, noEnd)
      return await one.handle(partition, records)
    },
    query: async <Row extends object>(sql: string) => (await admin.query<Row>(sql)).rows,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([pool.end(), admin.end()])
      await database[Symbol.asyncDispose]()
    },
  }
}

/** What the rollups of links and owners must be, counted from the clicks themselves, and what they are. */
export const recount = `
  with of_links as (
    select owner_id, link_id::text as link, dimension, 'quarter' as unit,
      date_bin('15 minutes', at, 'epoch'::timestamptz) as bucket, value,
      count(*) filter (where not bot) as human, count(*) filter (where bot) as bot,
      count(*) filter (where is_unique) as uniques
    from clicks cross join lateral (values
      ('browser', browser), ('country', country), ('device', device),
      ('os', os), ('referrer', referrer), ('total', '')) as d (dimension, value)
    group by 1, 2, 3, 4, 5, 6
  ), of_owners as (
    select owner_id, dimension, unit, case unit
        when 'week' then date_trunc('week', bucket, 'UTC')
        when 'day' then date_trunc('day', bucket, 'UTC')
        else bucket end as bucket,
      value, human, bot, uniques
    from (
      select owner_id, dimension, bucket, value, human, bot, uniques from of_links
      union all
      select owner_id, 'link', bucket, link, human, bot, uniques from of_links where dimension = 'total'
    ) as s cross join (values ('quarter'), ('day'), ('week')) as u (unit)
    where dimension <> 'link' or unit <> 'quarter'
  )
  select * from of_links
  union all
  select owner_id, '', dimension, unit, bucket, value, sum(human)::bigint, sum(bot)::bigint, sum(uniques)::bigint
  from of_owners group by 1, 2, 3, 4, 5, 6
  order by 1, 2, 3, 4, 5, 6`
export const rollups = `
  select owner_id, link_id::text as link, dimension, 'quarter' as unit, bucket, value, human, bot, uniques
  from rollups
  union all
  select owner_id, '', dimension, unit, bucket, value, human, bot, uniques from owner_rollups
  order by 1, 2, 3, 4, 5, 6`

/** Their ids, oldest first. */
export async function clicksStored({ query }: Counting): Promise<string[]> {
  const rows = await query<{ id: string }>('select id from clicks order by at, id')
  return rows.map(({ id }) => id)
}

export function deadLetters({ query }: Counting) {
  return query<{ offset: number; reason: string; value: Buffer }>(
    'select "offset", reason, value from dead_letters order by "offset"',
  )
}

export async function expectRollupsToBeRight({ query }: Counting): Promise<void> {
  expect(await query(rollups)).toEqual(await query(recount))
}

// Polls link_changes, so that an edit is seen by every redirect process without Redis, Kafka or a notification that
// could be missed. A late commit has a low position but cannot hide: each poll asks for everything since the oldest
// transaction that was still running at the previous one.
import { setTimeout as sleep } from 'node:timers/promises'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import { typeParser } from '@sleepwell/runtime/postgres'
import { Client } from 'pg'
import { recentMs, type LinkChange } from './recent-changes.ts'

export interface ChangeFeedOptions {
  /** Of the servers that have the table, the one to follow first. */
  readonly urls: () => readonly string[]
  readonly log: Logger
  /** The feed begins anew by time: nothing read before is known to be current any more. */
  readonly restarted: () => void
  /** In any order, and possibly not for the first time. `live`: not the recent past that a restart reads again. */
  readonly changed: (changes: readonly LinkChange[], live: boolean) => void
  /**
   * After nobody listened for long, what happened further back than a restart reads; `'unknown'` where that is no longer
   * kept. Told before {@link restarted}.
   */
  readonly missed?: (changes: readonly LinkChange[] | 'unknown') => void
  /** Up to when the changes are known already, by the database's clock: milliseconds since the epoch. */
  readonly throughMs?: number | undefined
  readonly pollMs?: number
  /** How long another server must have been the first choice before the feed moves there. */
  readonly loyaltyMs?: number
  readonly timeoutMs?: number
}

export interface ChangeFeed extends AsyncDisposable {
  /** Milliseconds since the start of the last poll that succeeded; infinite before the first. */
  readonly ageMs: () => number
  /** By the database's clock, milliseconds since the epoch: of changes before then none is missing. */
  readonly throughMs: () => number | undefined
}

interface Poll {
  readonly xmin: bigint
  /** The database's clock, milliseconds since the epoch. */
  readonly at: number
  readonly changes: LinkChange[]
}

interface Row extends Omit<LinkChange, 'position'> {
  readonly xmin: string
  readonly at: number
  readonly position: number | null
}

/** The table keeps changes for a day. */
const keptMs = 23 * 3_600_000
const pageRows = 10_000

export function openChangeFeed(options: ChangeFeedOptions): ChangeFeed {
  const { pollMs = 100, timeoutMs = 1000, loyaltyMs = 5000 } = options
  const stopping = new AbortController()
  let lastReadAt = -Infinity
  let { throughMs } = options

  // In pages, each of which brings us further: after a day there may be more than one question can carry.
  const catchUp = async (client: Client) => {
    while (throughMs !== undefined) {
      const page = await readPage(client, throughMs - recentMs)
      if (page.at - throughMs > keptMs) options.missed?.('unknown')
      else options.missed?.(page.changes)
      const last = page.changes.at(-1)
      if (page.at - throughMs > keptMs || page.changes.length < pageRows || last === undefined)
        return
      // Again from the same millisecond: the page may have ended within it.
      throughMs = Math.max(throughMs + 1, last.changedAt - 1 + recentMs)
    }
  }

  const follow = async (client: Client, url: string) => {
    await client.connect()
    let lastXmin: bigint | undefined
    let bestAt = performance.now()
    while (!stopping.signal.aborted) {
      const startedAt = performance.now()
      if (options.urls()[0] === url) bestAt = startedAt
      else if (startedAt - bestAt > loyaltyMs) return
      if (lastXmin === undefined) await catchUp(client)
      const poll =
        lastXmin === undefined ? await readByTime(client) : await readSince(client, lastXmin)
      // Behind the same address there is now another server, or an older state of this one.
      if (lastXmin !== undefined && poll.xmin < lastXmin) {
        lastXmin = undefined
        continue
      }
      if (lastXmin === undefined) options.restarted()
      if (poll.changes.length > 0) options.changed(poll.changes, lastXmin !== undefined)
      lastXmin = poll.xmin
      lastReadAt = startedAt
      throughMs = poll.at
      await pause(pollMs, stopping.signal)
    }
  }

  const loop = async () => {
    let failures = 0
    while (!stopping.signal.aborted) {
      const urls = options.urls()
      const url = urls[failures % urls.length] ?? ''
      // At the start somebody may be waiting to serve: each server has its part of that time.
      const isFirstRound = lastReadAt === -Infinity && failures < urls.length
      const client = connectable(url, isFirstRound ? timeoutMs / urls.length : timeoutMs)
      const connectedAt = lastReadAt
      try {
        await follow(client, url)
        failures = 0
      } catch (error) {
        if (lastReadAt > connectedAt) failures = 0
        if (failures++ === 0) options.log.warn(errorFields(error), 'lost the change feed')
        await pause(
          Math.min(pollMs * 2 ** failures, 1000) * (0.5 + Math.random() / 2),
          stopping.signal,
        )
      } finally {
        // A frozen server would not answer a polite goodbye.
        client.connection.stream.destroy()
      }
    }
  }

  const done = loop()
  return {
    ageMs: () => performance.now() - lastReadAt,
    throughMs: () => throughMs,
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      await done
    },
  }
}

function connectable(url: string, timeoutMs: number): Client {
  const client = new Client({
    connectionString: url,
    application_name: 'redirect change feed',
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    types: { getTypeParser: typeParser },
  })
  client.on('error', () => {}) // the poll under way, or the next, reports it
  return client
}

const columns = `
  pg_snapshot_xmin(pg_current_snapshot())::text as xmin, c.position, c.domain, c.slug, c.deleted,
  (extract(epoch from c.changed_at) * 1000)::float8 as "changedAt",
  (extract(epoch from clock_timestamp()) * 1000)::float8 as at`

async function readByTime(client: Client): Promise<Poll> {
  const { rows } = await client.query<Row>({
    name: 'link_changes_by_time',
    text: `
      select ${columns}
      from (values (1)) one
      left join link_changes c on c.changed_at >= clock_timestamp() - make_interval(secs => $1)`,
    values: [recentMs / 1000],
  })
  return toPoll(rows)
}

async function readPage(client: Client, fromMs: number): Promise<Poll> {
  const { rows } = await client.query<Row>({
    name: 'link_changes_page',
    text: `
      select ${columns}
      from (values (1)) one
      left join (
        select * from link_changes
        where changed_at >= to_timestamp($1::float8 / 1000)
          and changed_at < clock_timestamp() - make_interval(secs => $2)
        order by changed_at
        limit $3
      ) c on true
      order by c.changed_at`,
    values: [fromMs, recentMs / 1000, pageRows],
  })
  return toPoll(rows)
}

async function readSince(client: Client, xmin: bigint): Promise<Poll> {
  const { rows } = await client.query<Row>({
    name: 'link_changes_since',
    text: `
      select ${columns}
      from (values (1)) one
      left join link_changes c on c.xid >= $1::xid8`,
    values: [xmin.toString()],
  })
  return toPoll(rows)
}

// Without a change there is still one row, with the horizon of the snapshot that saw none.
function toPoll(rows: readonly Row[]): Poll {
  const changes = rows.filter((row): row is Row & LinkChange => row.position !== null)
  return { xmin: BigInt(rows[0]?.xmin ?? 0), at: rows[0]?.at ?? 0, changes }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}

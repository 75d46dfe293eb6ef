// Polls link_changes, so that an edit is seen by every redirect process without Redis, Kafka or a notification that
// could be missed. A late commit has a low position but cannot hide: each poll reads the changes of the transactions
// that have ended since the previous one, whenever they began.
import { setTimeout as sleep } from 'node:timers/promises'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import { typeParser } from '@sleepwell/runtime/postgres'
import { Client } from 'pg'
import { changesByTime, changesSince, findSettled, type Settled } from './link-change-table.ts'
import { recentMs, type LinkChange } from './recent-changes.ts'

/**
 * `live`: it happened while the feed was followed. `recent`: in the minutes that a feed reads when it begins, perhaps
 * again. `older`: before them, while nobody listened.
 */
export type WhenChanged = 'live' | 'recent' | 'older'

export interface ChangeFeedOptions {
  /** Of the servers that have the table, the one to follow first. */
  readonly urls: () => readonly string[]
  readonly log: Logger
  /** The feed begins anew by time: nothing read before is known to be current any more. */
  readonly restarted: () => void
  /** Nobody listened for so long that some changes are kept no more. Told before {@link restarted}. */
  readonly lost?: () => void
  /** A page, in any order, and possibly not for the first time. */
  readonly changed: (changes: readonly LinkChange[], when: WhenChanged) => void
  /** What {@link ChangeFeed.throughMs} was in an earlier life. */
  readonly throughMs?: number | undefined
  readonly pollMs?: number
  /** How long another server must have been the first choice before the feed moves there. */
  readonly loyaltyMs?: number
  readonly timeoutMs?: number
  /** Changes read, and handed on, at a time: nothing else in this process runs meanwhile. */
  readonly pageRows?: number
}

export interface ChangeFeed extends AsyncDisposable {
  /** Milliseconds since the start of the last poll that was read to its end; infinite before the first. */
  readonly ageMs: () => number
  /** By the database's clock, milliseconds since the epoch: of what was committed before then nothing is missing. */
  readonly throughMs: () => number | undefined
  /** Resolves when it has been read to its end for the first time. */
  readonly begun: Promise<void>
}

/** The table keeps changes for a day. */
const keptMs = 23 * 3_600_000

export function openChangeFeed(options: ChangeFeedOptions): ChangeFeed {
  const { pollMs = 100, timeoutMs = 1000, loyaltyMs = 5000, pageRows = 1000 } = options
  const stopping = new AbortController()
  const begun = Promise.withResolvers<void>()
  let lastReadAt = -Infinity
  let { throughMs } = options

  const tell = async (pages: AsyncIterable<LinkChange[]>, when: WhenChanged) => {
    for await (const changes of pages) {
      options.changed(changes, when)
      if (stopping.signal.aborted) return
    }
  }

  const begin = async (client: Client, nowMs: number) => {
    const recentFrom = nowMs - recentMs
    if (throughMs !== undefined && nowMs - throughMs > keptMs) options.lost?.()
    // Some of them were committed later than they were made, or came late to the server that was followed.
    else if (throughMs !== undefined)
      await tell(changesByTime(client, throughMs - recentMs, recentFrom, pageRows), 'older')
    options.restarted()
    await tell(changesByTime(client, recentFrom, Infinity, pageRows), 'recent')
  }

  const follow = async (client: Client, url: string) => {
    await client.connect()
    let before: Settled | undefined
    let bestAt = performance.now()
    while (!stopping.signal.aborted) {
      const startedAt = performance.now()
      if (options.urls()[0] === url) bestAt = startedAt
      else if (startedAt - bestAt > loyaltyMs) return
      // Ahead of all pages: what commits between two of them is left to the next poll.
      const settled = await findSettled(client, before)
      // Behind the same address there is now another server, or an older state of this one.
      if (before !== undefined && settled.xmin < before.xmin) {
        before = undefined
        continue
      }
      if (before === undefined) await begin(client, settled.at)
      else await tell(changesSince(client, before, settled, pageRows), 'live')
      if (stopping.signal.aborted) return
      before = settled
      lastReadAt = startedAt
      throughMs = settled.at
      begun.resolve()
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
    begun: begun.promise,
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

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}

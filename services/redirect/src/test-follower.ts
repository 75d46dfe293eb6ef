// For tests: a feed on a database of its own, and everything that it said.
import { setTimeout as sleep } from 'node:timers/promises'
import { probeSlug } from '@sleepwell/contracts/probe-link'
import { createLog } from '@sleepwell/runtime/log'
import type { TestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { openChangeFeed, type WhenChanged } from './change-feed.ts'
import type { LinkChange } from './recent-changes.ts'

const log = createLog('test')
log.level = 'silent'

/** A feed on its own database, and everything it said. */
export async function following(
  database: TestDatabase,
  pollMs = 10,
  pageRows = 1000,
  throughMs?: number,
) {
  const heard: LinkChange[] = []
  const heardOf: Record<WhenChanged, string[]> = { live: [], recent: [], older: [] }
  let lost = 0
  const pages: number[] = []
  let onPage = (_changes: readonly LinkChange[]) => {}
  let restarts = 0
  const feed = openChangeFeed({
    urls: () => [database.url('redirect')],
    log,
    restarted: () => {
      restarts += 1
    },
    throughMs,
    lost: () => {
      lost += 1
    },
    changed: (changes, when) => {
      heard.push(...changes)
      // The probe link is as old as the engines of this run, which only a long one notices.
      heardOf[when].push(...changes.map(({ slug }) => slug).filter((slug) => slug !== probeSlug))
      pages.push(changes.length)
      onPage(changes)
    },
    pollMs,
    pageRows,
    timeoutMs: 300,
  })
  await until(() => restarts === 1)
  return {
    feed,
    slugs: () => heard.map((change) => change.slug),
    /** How many of {@link many} it has heard of. */
    many: () =>
      new Set(heard.filter(({ slug }) => slug.startsWith('many')).map((c) => c.slug)).size,
    restarts: () => restarts,
    lost: () => lost,
    heardOf,
    heard,
    pages,
    onPage: (listener: typeof onPage) => {
      onPage = listener
    },
    [Symbol.asyncDispose]: () => feed[Symbol.asyncDispose](),
  }
}

export async function connect(url: string) {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

export async function change(client: Client, slug: string, changedAt = 'clock_timestamp()') {
  await client.query(
    `insert into link_changes (position, changed_at, domain, slug, deleted)
     values (next_link_position(), ${changedAt}, '@', $1, false)`,
    [slug],
  )
}

/** A statement that makes so many changes in one transaction. */
export const many = (changes: number, slug = 'many') => `
  insert into link_changes (position, domain, slug, deleted)
  select next_link_position(), '@', '${slug}-' || i, false from generate_series(1, ${changes}) i`

/** Waits for what must happen; the test runner's own limit ends a wait in vain. */
export async function until(condition: () => boolean | Promise<boolean>) {
  while (!(await condition())) await sleep(5)
}

/** So many polls have been made since: what they did not bring they will not bring. */
export async function polls(feed: { ageMs: () => number }, count = 5) {
  for (let i = 0; i < count; i++) {
    const age = feed.ageMs()
    await until(() => feed.ageMs() < age)
    await sleep(1)
  }
}

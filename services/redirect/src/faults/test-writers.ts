// For tests: writers of links, as link-write does it, that note what they wrote and what became of it.
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { type Change, type Made, makeChange } from './test-changes.ts'
import type { Write } from './test-history.ts'

export interface Noted extends Omit<Write, 'everywhereAt'> {
  everywhereAt: number
  /** After the commit, in bytes of the log; undefined where nobody knows. */
  committedAt?: number
}

type Chance = () => number

/** What a transaction does. Where two wait for each other, one is rolled back. */
interface Plan {
  readonly slugs: readonly string[]
  /** Those that a link may be renamed to. */
  readonly among: readonly string[]
  /** Further changes, of links that nobody asks for. */
  readonly filling: number
  /** How long it stays open, timed by the server: this process may stand still meanwhile. */
  readonly openMs: number
  readonly rollBack: boolean
}

export function planOf(slugs: readonly string[], chance: Chance): Plan {
  const isBulk = chance() < 0.06
  const some = slugs.filter(() => chance() < 0.2)
  const one = slugs[Math.floor(chance() * slugs.length)] ?? ''
  return {
    slugs: isBulk ? some.toSorted() : [one],
    among: slugs,
    filling: isBulk ? Math.floor(chance() * 3000) : 0,
    openMs: isBulk ? 200 + chance() * 1000 : chance() < 0.1 ? chance() * 200 : 0,
    rollBack: chance() < 0.1,
  }
}

export async function connectWriter(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return client
}

let destinations = 0

/** Resolves to false when its connection is lost. */
export async function carryOut(
  client: Client,
  plan: Plan,
  chance: Chance,
  notes: Noted[],
): Promise<boolean> {
  const startedAt = performance.now()
  const made: Made[] = []
  let committing = false
  const note = (outcome: Write['outcome'], committedAt?: number) => {
    for (const [slug, position, destination] of made) {
      const what = { slug, position, destination, outcome, startedAt, everywhereAt: Infinity }
      notes.push(committedAt === undefined ? what : { ...what, committedAt })
    }
  }
  try {
    await client.query('begin')
    for (const slug of plan.slugs) {
      const other = plan.among[Math.floor(chance() * plan.among.length)] ?? slug
      const destination = `https://example.com/${(destinations += 1)}`
      made.push(...(await makeChange(client, kindOf(chance()), slug, other, destination)))
    }
    if (plan.filling > 0) await client.query(filling, [plan.filling])
    if (plan.openMs > 0) await client.query('select pg_sleep($1)', [plan.openMs / 1000])
    committing = !plan.rollBack
    await client.query(plan.rollBack ? 'rollback' : 'commit')
  } catch {
    note(committing ? 'unknown' : 'rolled back')
    return false
  }
  // Its log may be gone before it can say how long it is.
  const at = await client.query<{ at: number }>(written).catch(() => undefined)
  note(plan.rollBack ? 'rolled back' : 'committed', at?.rows[0]?.at ?? Infinity)
  return true
}

const written = `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as at`
const filling = `
  insert into link_changes (position, domain, slug, deleted)
  select next_link_position(), '@', 'filling-' || i, false from generate_series(1, $1) i`

function kindOf(chance: number): Change {
  if (chance < 0.3) return 'delete'
  if (chance < 0.45) return 'rename'
  return chance < 0.5 ? 'give up' : 'edit'
}

/** Tells those whose commit is on every server by now, again and again until stopped. */
export async function followEverywhere(
  replicaUrl: string,
  notes: readonly Noted[],
  stop: AbortSignal,
): Promise<void> {
  const client = await connectWriter(replicaUrl)
  while (!stop.aborted) {
    const { rows } = await client.query<{ at: number }>(
      `select pg_wal_lsn_diff(
         case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
           else pg_current_wal_insert_lsn() end, '0/0')::float8 as at`,
    )
    const now = performance.now()
    for (const note of notes) {
      if (note.everywhereAt === Infinity && (note.committedAt ?? Infinity) <= (rows[0]?.at ?? 0))
        note.everywhereAt = now
    }
    await sleep(20)
  }
  await client.end()
}

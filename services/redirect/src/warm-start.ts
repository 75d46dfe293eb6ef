// What this process remembers across its own death: its hottest links, as they were when it last heard of changes.
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { createFailureStreak } from '@sleepwell/runtime/failure-streak'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import type { Clicks } from './clicks.ts'
import type { readConfig } from './config.ts'
import { keepSnapshot, type LinkSource, type SnapshotKeeper } from './keep-snapshot.ts'
import { createLinkJournal } from './link-journal.ts'
import { ageOf, readSnapshot, type EarlierLife } from './read-snapshot.ts'
import { linkKey, type LinkChange } from './recent-changes.ts'
import { findJournals } from './snapshot-directory.ts'
import { removeSnapshot } from './write-snapshot.ts'

type WarmStartConfig = Pick<
  ReturnType<typeof readConfig>,
  'SPOOL_DIR' | 'SNAPSHOT_LINKS' | 'SNAPSHOT_SECONDS'
>

export interface WarmStart {
  /** Hottest first; none at a first start. */
  readonly links: ReadonlyMap<string, CachedLink>
  /** Milliseconds since the epoch by the database's clock: changes before then are in the links. */
  readonly throughMs: number | undefined
  /** How long ago that was when this process started; infinite if nobody can tell. */
  readonly ageMs: number
  /** How long engines are asked for mistakes before anything else; undefined where there is nothing to serve. */
  readonly probeMs: number | undefined
  /** How long the feed may read what changed meanwhile before visitors are served. */
  readonly catchUpMs: () => number
  /** Of what changes from now on; at once, and never throws. */
  readonly record: (changes: readonly LinkChange[]) => void
  /** Nobody knows what has become of what is on disk: it is not to be served by a next life. */
  readonly forget: () => void
  readonly keep: (source: LinkSource, clicks: Pick<Clicks, 'held' | 'inTurn'>) => SnapshotKeeper
}

/** Of it the snapshot takes half a second; the engines are asked meanwhile. */
const startsWithinMs = 1000
const leastCatchUpMs = 300

export async function openWarmStart(config: WarmStartConfig, log: Logger): Promise<WarmStart> {
  const { SPOOL_DIR: directory, SNAPSHOT_LINKS: maxLinks } = config
  const isOff = maxLinks === 0
  const startedAt = performance.now()
  const elapsedMs = () => performance.now() - startedAt
  const earlier = isOff ? undefined : await readEarlier(directory, log)
  if (earlier !== undefined) {
    const seconds = elapsedMs() / 1000
    log.info({ links: earlier.links.size, seconds, whole: earlier.whole }, 'read the snapshot')
  }
  const streak = createFailureStreak((error) =>
    log.error(errorFields(error), 'the snapshot cannot be written'),
  )
  // The directory is its own only once a keeper has it; until then changes wait.
  let disk: Clicks['inTurn'] = (call) => call()
  const journal = createLinkJournal(
    directory,
    earlier?.journal,
    await latestJournal(directory),
    (call) => disk(call),
  )
  let keeper: SnapshotKeeper | undefined
  return {
    links: earlier?.links ?? new Map(),
    throughMs: earlier?.knowledge.throughMs,
    ageMs: earlier === undefined ? Infinity : ageOf(earlier.knowledge, Date.now()),
    probeMs: earlier && Math.max(0, startsWithinMs - leastCatchUpMs - elapsedMs()),
    catchUpMs: () => (earlier ? Math.max(leastCatchUpMs, startsWithinMs - elapsedMs()) : 0),
    forget: journal.spoil,
    record: (changes) => {
      if (isOff) return
      journal.record(
        changes.map(({ domain, slug, position, deleted, blocked }) => ({
          key: linkKey(domain, slug),
          position,
          deleted,
          blocked,
        })),
      )
      keeper?.wake()
    },
    keep: (source, clicks) => {
      disk = clicks.inTurn
      if (isOff) {
        // What an earlier life has left would be served by a later one.
        void clicks.held.then(() => disk(() => removeSnapshot(directory))).catch(streak.failed)
        return noKeeper
      }
      keeper = keepSnapshot({
        ...source,
        directory,
        maxLinks,
        everyMs: config.SNAPSHOT_SECONDS * 1000,
        journal,
        held: clicks.held,
        disk,
        failed: streak.failed,
        worked: streak.worked,
      })
      return keeper
    },
  }
}

async function readEarlier(directory: string, log: Logger): Promise<EarlierLife | undefined> {
  try {
    const earlier = await readSnapshot(directory)
    if (earlier === 'damaged') log.error('the snapshot is damaged, or of a later release: not used')
    return typeof earlier === 'object' ? earlier : undefined
  } catch (error) {
    log.error(errorFields(error), 'the snapshot cannot be read')
    return undefined
  }
}

async function latestJournal(directory: string): Promise<number> {
  const journals = await findJournals(directory).catch(() => [])
  return journals.at(-1) ?? 0
}

const noKeeper: SnapshotKeeper = {
  ageMs: () => 0,
  wake: () => {},
  [Symbol.asyncDispose]: async () => {},
}

// What came back, against what writers know: all that was acknowledged before the end of the archive, and of each link a state that
// it has had since. Knows nothing of the product but its promises.
import type { Violation } from '../check-evidence.ts'
import type { Evidence, Write } from '../evidence.ts'

export interface Restore {
  /** Of slugs that existed only for these writers, in the order of their lives. */
  readonly writes: readonly Write[]
  /** In the database when it is back. */
  readonly links: Evidence['links']
  /** What was acknowledged before is in the archive. */
  readonly archivedAt: number
  readonly lostAt: number
  readonly backAt: number
}

export interface Restored {
  readonly violations: readonly Violation[]
  /** The writes with what became of them, as if somebody had written it: the history that clients see. */
  readonly history: readonly Write[]
  /** Acknowledged, and gone. */
  readonly lostWrites: number
  /** From the first of them until the server was lost. */
  readonly lostMs: number
}

/** What a process has answered it may go on to answer for so long, whatever a database says: decision 2. */
const rememberedMs = 600_000

export function judgeRestored({ writes, links, ...times }: Restore): Restored {
  const living = Map.groupBy(links, ({ slug }) => slug)
  const all = [...Map.groupBy(writes, ({ slug }) => slug)].map(([slug, own]) =>
    judgeLink(slug, own, living.get(slug) ?? [], times),
  )
  const lost = all.flatMap((one) => one.lost)
  return {
    violations: all.flatMap((one) => one.violations),
    history: all.flatMap((one) => one.history),
    lostWrites: lost.length,
    lostMs: lost.length === 0 ? 0 : times.lostAt - Math.min(...lost),
  }
}

function judgeLink(
  slug: string,
  writes: readonly Write[],
  there: Evidence['links'],
  { archivedAt, lostAt, backAt }: Pick<Restore, 'archivedAt' | 'lostAt' | 'backAt'>,
) {
  const now = there[0]?.destination ?? null
  const archived = writes.findLastIndex((write) => (write.acknowledgedAt ?? Infinity) < archivedAt)
  // The state before the first write is none.
  const states = [null, ...writes.map(({ destination }) => destination)]
  const found = states.lastIndexOf(now) - 1
  const isKept = found >= archived
  const kept = isKept ? found : archived
  const violations: Violation[] = [
    ...(there.length > 1 ? [{ kind: 'doubled link' as const, what: slug }] : []),
    ...(isKept
      ? []
      : [{ kind: 'lost write' as const, what: `${slug}: ${now}, older than the archive` }]),
  ]
  // What nobody knew of is settled by what came back.
  const settled = writes.map((write) =>
    write.acknowledgedAt === undefined ? { ...write, acknowledgedAt: backAt, tries: 0 } : write,
  )
  const seenBy = backAt + rememberedMs
  const setBack = { slug, destination: now, start: lostAt, acknowledgedAt: seenBy, tries: 0 }
  return {
    violations,
    history: kept === writes.length - 1 ? settled : [...settled, setBack],
    lost: writes.slice(kept + 1).flatMap(({ acknowledgedAt }) => acknowledgedAt ?? []),
  }
}

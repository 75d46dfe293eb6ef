// What was written and what was answered, and a judge of it that knows nothing of how either is done.

export interface Write {
  readonly slug: string
  /** Orders the states of a slug. */
  readonly position: number
  /** Where it leads from then on, or `deleted`; no two writes lead to the same place. */
  readonly destination: string
  /** `unknown`: the commit was sent, and nobody heard what became of it. */
  readonly outcome: 'committed' | 'rolled back' | 'unknown'
  readonly startedAt: number
  /** From then on every server shows it. */
  readonly everywhereAt: number
}

export interface Read {
  readonly process: number
  readonly slug: string
  /** A destination, `absent`, `gone`, or `unavailable`, which says nothing. */
  readonly answer: string
  readonly startedAt: number
  readonly endedAt: number
  /** When the feed of this process had last begun a poll that was read to its end, as it said at `startedAt`. */
  readonly feedReadAt: number
  /** Nothing is degraded, and nothing is written any more. */
  readonly quiet: boolean
}

export interface Violation {
  readonly rule: 'never written' | 'rolled back' | 'came back' | 'not live'
  readonly read: Read
  /** The position that the answer must not be below. */
  readonly floor: number
}

/** The positions that an answer may stand for. */
interface Reach {
  readonly lowest: number
  readonly highest: number
}

export function judge(writes: readonly Write[], reads: readonly Read[]): Violation[] {
  const bySlug = Map.groupBy(
    writes.filter(({ outcome }) => outcome !== 'rolled back'),
    ({ slug }) => slug,
  )
  const groups = Map.groupBy(reads, ({ process, slug }) => `${process}/${slug}`)
  return [...groups.values()].flatMap((group) =>
    judgeOne(bySlug.get(group[0]?.slug ?? '') ?? [], group),
  )
}

/** Of one slug, and one process. */
function judgeOne(writes: readonly Write[], reads: readonly Read[]): Violation[] {
  const violations: Violation[] = []
  const ended = reads
    .filter(({ answer }) => answer !== 'unavailable')
    .toSorted((a, b) => a.endedAt - b.endedAt)
  // What had been answered before a read began binds it; of two under way together neither binds the other.
  let answered = 0
  let next = 0
  const floors = new Map<Read, number>()
  for (const read of ended.toSorted((a, b) => a.startedAt - b.startedAt)) {
    for (; (ended[next]?.endedAt ?? Infinity) < read.startedAt; next++) {
      const before = ended[next]
      if (before === undefined) break
      const reach = reachOf(before, writes, floors.get(before) ?? 0)
      answered = Math.max(answered, reach?.lowest ?? 0)
    }
    floors.set(read, answered)
    const reach = reachOf(read, writes, answered)
    const fail = (rule: Violation['rule'], floor: number) => {
      violations.push({ rule, read, floor })
    }
    if (reach === undefined) {
      fail('never written', 0)
      continue
    }
    if (reach.highest < answered) fail('rolled back', answered)
    const known = writes.filter(
      (write) => write.outcome === 'committed' && write.everywhereAt < read.feedReadAt,
    )
    const deleted = latest(known.filter(({ destination }) => destination === 'deleted'))
    if (read.answer !== 'gone' && read.answer !== 'absent' && reach.highest < deleted)
      fail('came back', deleted)
    if (read.quiet && reach.highest < latest(known)) fail('not live', latest(known))
  }
  return violations
}

/** Undefined: there is nothing that it may stand for. */
function reachOf(read: Read, writes: readonly Write[], floor: number): Reach | undefined {
  if (read.answer === 'absent') return { lowest: 0, highest: 0 }
  const wanted = read.answer === 'gone' ? 'deleted' : read.answer
  const meant = writes
    .filter((write) => write.destination === wanted && write.startedAt < read.endedAt)
    .map(({ position }) => position)
  if (meant.length === 0) return undefined
  const highest = Math.max(...meant)
  // Of several deletions nobody knows which one was meant; not one that was over already.
  const possible = meant.filter((position) => position >= floor)
  return { lowest: Math.min(...(possible.length > 0 ? possible : meant)), highest }
}

function latest(writes: readonly Write[]): number {
  return Math.max(0, ...writes.map(({ position }) => position))
}

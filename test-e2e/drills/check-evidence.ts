// Replays what clients saw against what they did. Knows nothing of the product but its promises.
import type { Evidence, Read, Write } from './evidence.ts'

export interface Violation {
  readonly kind:
    | 'wrong redirect'
    | 'stale redirect'
    | 'resurrected link'
    | 'late 404'
    | 'lost write'
    | 'doubled link'
    | 'unsettled write'
    | 'other answer under the same key'
    | 'lost click'
    | 'doubled click'
    | 'sums differ'
  readonly what: string
}

/** An edit is live within this, and a new link resolvable. */
const promptMs = 1_000
const degradedMs = 30_000

/** Of a slug, a destination (null: none), and when it was, at the most. */
interface Span {
  readonly destination: string | null
  readonly from: number
  readonly to: number
}

export function checkEvidence(evidence: Evidence): Violation[] {
  const bySlug = Map.groupBy(evidence.writes, ({ slug }) => slug)
  return [
    ...checkReads(evidence, bySlug),
    ...checkLinks(evidence, bySlug),
    ...checkClicks(evidence),
    ...evidence.replays
      .filter(({ same }) => !same)
      .map(({ slug }) => ({ kind: 'other answer under the same key' as const, what: slug })),
  ]
}

function checkReads(
  evidence: Evidence,
  bySlug: ReadonlyMap<string, readonly Write[]>,
): Violation[] {
  const spans = new Map([...bySlug].map(([slug, writes]) => [slug, spansOf(writes)]))
  return evidence.reads.flatMap((read): Violation[] => {
    if (read.answer === 'failed') return []
    const of = spans.get(read.slug) ?? [always(null)]
    const seen = read.answer === 'absent' ? null : read.answer.destination
    const late = evidence.degraded.some(({ from, to }) => read.start <= to && read.end >= from)
    const slackMs = late ? degradedMs : promptMs
    const written = of.filter(({ destination }) => destination === seen)
    if (written.some(({ from, to }) => from <= read.end && read.start <= to + slackMs)) return []
    const ended = Math.max(...written.map(({ to }) => to))
    const what = `${read.slug} at ${Math.round(read.start)}: ${seen ?? 'nothing'}, until ${Math.round(ended)}`
    if (seen === null) return [{ kind: 'late 404', what }]
    if (!written.some(({ from }) => from <= read.end)) return [{ kind: 'wrong redirect', what }]
    const now = of.findLast(({ from }) => from <= read.start)
    return [{ kind: now?.destination === null ? 'resurrected link' : 'stale redirect', what }]
  })
}

/** A state may be there from when its write began, until a later one was acknowledged. */
function spansOf(writes: readonly Write[]): Span[] {
  const first = { destination: null, start: -Infinity }
  return [first, ...writes].map(({ destination, start }, i) => {
    const next = writes.slice(i).find(({ acknowledgedAt }) => acknowledgedAt !== undefined)
    return { destination, from: start, to: next?.acknowledgedAt ?? Infinity }
  })
}

function always(destination: null): Span {
  return { destination, from: -Infinity, to: Infinity }
}

function checkLinks(
  { links }: Evidence,
  bySlug: ReadonlyMap<string, readonly Write[]>,
): Violation[] {
  const living = Map.groupBy(links, ({ slug }) => slug)
  return [...bySlug].flatMap(([slug, writes]): Violation[] => {
    const there = (living.get(slug) ?? []).map(({ destination }) => destination)
    const last = writes.findLastIndex(({ acknowledgedAt }) => acknowledgedAt !== undefined)
    // What nobody knows of may have been made, the acknowledged one before it must have been.
    const possible = [
      writes[last]?.destination ?? null,
      ...writes.slice(last + 1).map(({ destination }) => destination),
    ]
    const [now = null] = there
    return [
      ...(there.length > 1 ? [{ kind: 'doubled link' as const, what: slug }] : []),
      ...(possible.includes(now)
        ? []
        : [{ kind: 'lost write' as const, what: `${slug}: ${now}, not ${possible.join(' or ')}` }]),
      ...writes
        .filter(({ acknowledgedAt }) => acknowledgedAt === undefined)
        .map(() => ({ kind: 'unsettled write' as const, what: slug })),
    ]
  })
}

function checkClicks({ reads, clicks, rollupDifference }: Evidence): Violation[] {
  const answered = reads.flatMap((read) => requestIdOf(read))
  return [
    ...answered
      .filter((id) => !clicks.has(id))
      .map((what) => ({ kind: 'lost click' as const, what })),
    ...[...clicks]
      .filter(([, times]) => times > 1)
      .map(([what]) => ({ kind: 'doubled click' as const, what })),
    ...(rollupDifference === 0
      ? []
      : [{ kind: 'sums differ' as const, what: String(rollupDifference) }]),
  ]
}

function requestIdOf({ answer, requestId }: Read): string[] {
  return typeof answer === 'object' && requestId !== undefined ? [requestId] : []
}

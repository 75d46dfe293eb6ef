// A checker that finds nothing proves something only if it would have found it. Each run plants what must be found into
// its own evidence first.
import { checkEvidence, type Violation } from './check-evidence.ts'
import type { Evidence, Read } from './evidence.ts'

/** Rejects the run whose checker is blind: what it did not find. */
export function blindTo(evidence: Evidence): Violation['kind'][] {
  return planted(evidence)
    .filter(([kind, spoiled]) => !checkEvidence(spoiled).some((found) => found.kind === kind))
    .map(([kind]) => kind)
}

function planted(evidence: Evidence): (readonly [Violation['kind'], Evidence])[] {
  const { reads, writes, links, clicks } = evidence
  const redirect = reads.find(({ answer }) => typeof answer === 'object')
  const id = redirect?.requestId ?? 'none'
  const without = new Map(clicks)
  without.delete(id)
  const ends = Math.max(0, ...reads.map(({ end }) => end))
  const acknowledged = writes.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined)
  const last = new Map(acknowledged.map((write) => [write.slug, write]))
  const kept = [...last.values()].find(({ destination }) => destination !== null)
  // Deleted for good, after it led somewhere.
  const gone = acknowledged.find(
    (write) => write.destination !== null && last.get(write.slug)?.destination === null,
  )
  const late: Read = {
    slug: gone?.slug ?? '',
    dueAt: ends + 3_600_000,
    start: ends + 3_600_000,
    end: ends + 3_600_001,
    answer: { destination: gone?.destination ?? '' },
    requestId: undefined,
  }
  return [
    ['lost click', { ...evidence, clicks: without }],
    ['doubled click', { ...evidence, clicks: new Map([...clicks, [id, 2]]) }],
    ['lost write', { ...evidence, links: links.filter(({ slug }) => slug !== kept?.slug) }],
    ['resurrected link', { ...evidence, reads: [...reads, late] }],
  ]
}

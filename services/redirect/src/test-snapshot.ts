// For tests: links, and files of a snapshot as a process leaves them.
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { noRules } from './test-link.ts'
import { encodeLinkRecord } from './link-record.ts'
import {
  encodeEnd,
  encodeHeader,
  encodeJournalRecord,
  encodeRecords,
  type JournalChange,
  type Knowledge,
} from './snapshot-format.ts'

export const knowledge: Knowledge = {
  throughMs: 1_900_000_000_000,
  ageMs: 0,
  at: 1_900_000_000_000,
}

export function link(position: number, changes: Partial<CachedLink> = {}): CachedLink {
  return {
    id: '0199b3a0-0000-7000-8000-000000000001',
    ownerId: 'acme',
    destination: `https://example.com/${position}`,
    ...noRules,
    position,
    ...changes,
  }
}

export function snapshotOf(
  generation: number,
  links: Record<string, CachedLink>,
  header = encodeHeader(knowledge),
): Buffer {
  const records = Object.entries(links).map(([key, of]) => encodeLinkRecord(key, of))
  return encodeRecords(generation, 0, [header, ...records, encodeEnd()])
}

export function journalOf(
  generation: number,
  records: readonly (JournalChange | Knowledge)[],
): Buffer {
  return encodeRecords(generation, 1, records.map(encodeJournalRecord))
}

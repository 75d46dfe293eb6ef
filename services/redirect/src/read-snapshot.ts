// What an earlier life of this process knew, from disk.
import { readFile } from 'node:fs/promises'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { endedBy } from './recent-changes.ts'
import { findJournals, journalPath, snapshotPath } from './snapshot-directory.ts'
import {
  decodeJournal,
  decodeSnapshot,
  type JournalChange,
  type Knowledge,
} from './snapshot-format.ts'

/** Where the next change is written. */
export interface JournalEnd {
  readonly generation: number
  readonly records: number
  readonly end: number
}

export interface EarlierLife {
  /** Hottest first. */
  readonly links: ReadonlyMap<string, CachedLink>
  readonly knowledge: Knowledge
  readonly journal: JournalEnd
  /** Whether all links that were written could be read. */
  readonly whole: boolean
}

/** `'absent'`: nothing was kept. `'damaged'`: something was, and it may not be believed. */
export async function readSnapshot(directory: string): Promise<EarlierLife | 'absent' | 'damaged'> {
  let bytes: Buffer
  try {
    bytes = await readFile(snapshotPath(directory))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'absent'
    throw error
  }
  const snapshot = decodeSnapshot(bytes)
  if (snapshot === undefined) return 'damaged'
  const links = new Map(snapshot.links)
  let { knowledge } = snapshot
  let journal: JournalEnd | undefined
  // Each is begun before its snapshot is written: none is missing.
  let next = snapshot.generation
  for (const generation of await findJournals(directory)) {
    if (generation < next) continue
    if (generation > next++) return 'damaged'
    const decoded = decodeJournal(await readFile(journalPath(directory, generation)), generation)
    // It may have been the deletion of a link that would be served now.
    if (decoded.damaged) return 'damaged'
    for (const change of decoded.changes) forget(links, change)
    knowledge = decoded.knowledge ?? knowledge
    journal = { generation, records: decoded.records, end: decoded.end }
  }
  if (journal === undefined) return 'damaged'
  return { links, knowledge, journal, whole: snapshot.whole }
}

function forget(links: Map<string, CachedLink>, change: JournalChange): void {
  const { key, position } = change
  const link = links.get(key)
  if (link === undefined || link.position >= position) return
  const ended = endedBy(link, change)
  if (ended === undefined) links.delete(key)
  else links.set(key, ended)
}

/** A clock that stands further back than this has jumped, and tells nothing of the time between. */
const clockSlackMs = 60_000

/** How long ago that knowledge was current; infinite where nobody can tell. */
export function ageOf(knowledge: Knowledge, nowMs: number): number {
  const since = nowMs - knowledge.at
  return since < -clockSlackMs ? Infinity : knowledge.ageMs + Math.max(0, since)
}

// What changed since the snapshot was written, so that its next reader serves nothing that was already seen to be gone.
// One write is in flight. Nobody waits for it: an edit must not be slower for a slow disk.
import { open, type FileHandle } from 'node:fs/promises'
import type { DiskCall } from './segment-writer.ts'
import { journalPath } from './snapshot-directory.ts'
import type { JournalEnd } from './read-snapshot.ts'
import {
  encodeJournalRecord,
  encodeRecords,
  type JournalChange,
  type Knowledge,
} from './snapshot-format.ts'
import { syncDirectory } from './spool-directory.ts'

export interface LinkJournal {
  /** At once, and into memory; never throws. */
  readonly record: (changes: readonly JournalChange[]) => void
  readonly waiting: () => number
  /** It is too long, or not complete: time for a new snapshot. */
  readonly isSpent: () => boolean
  /** Writes what waits, and behind it what is known by then. */
  readonly flush: (knowledge: Knowledge | undefined) => Promise<void>
  /** From now on into a new file; resolves to its generation. */
  readonly begin: () => Promise<number>
  /** Something is missing on disk: until a snapshot that is begun from now on is complete, nothing is said of what is known. */
  readonly spoil: () => void
  /** The snapshot of that generation is in its place: the journal is complete for it, unless spoiled since it began. */
  readonly completed: () => void
  readonly close: () => Promise<void>
}

const maxWaiting = 100_000
const maxBytes = 16 * 1024 * 1024

export function createLinkJournal(
  directory: string,
  after: JournalEnd | undefined,
  latestGeneration: number,
  disk: DiskCall,
): LinkJournal {
  let file: FileHandle | undefined
  let { generation, records, end } = after ?? { generation: latestGeneration, records: 0, end: 0 }
  // Without a snapshot that it belongs to, nothing is said in it of what is known.
  let complete = after !== undefined
  let spoiled = false
  let waiting: JournalChange[] = []
  const spoil = () => {
    complete = false
    spoiled = true
  }

  const append = async (lines: readonly string[]) => {
    const reopened = file === undefined
    file ??= await disk(() => open(journalPath(directory, generation), 'r+'))
    const to = file
    // What the last life did not bring to its end.
    if (reopened) await disk(() => to.truncate(end))
    const bytes = encodeRecords(generation, records + 1, lines)
    // In the same place again if it fails.
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await disk(() =>
        to.write(bytes, done, bytes.length - done, end + done),
      )
      done += bytesWritten
    }
    await disk(() => to.datasync())
    records += lines.length
    end += bytes.length
  }

  return {
    record: (changes) => {
      if (file === undefined && !complete) return // there is no snapshot that they could be missing from
      waiting.push(...changes)
      if (waiting.length <= maxWaiting) return
      // A disk that is away for long: what the files say is no longer all.
      waiting = []
      spoil()
    },
    waiting: () => waiting.length,
    isSpent: () => !complete || end > maxBytes,
    flush: async (knowledge) => {
      if (file === undefined && !complete) return
      const changes = waiting
      const says = knowledge !== undefined && complete ? [knowledge] : []
      if (changes.length + says.length === 0) return
      const taken = changes.length
      await append([...changes, ...says].map(encodeJournalRecord))
      // Unless they were given up meanwhile.
      if (waiting === changes) waiting = changes.slice(taken)
    },
    begin: async () => {
      const next = generation + 1
      spoiled = false
      const before = file
      file = await disk(() => open(journalPath(directory, next), 'w', 0o600))
      generation = next
      records = 0
      end = 0
      if (before !== undefined) await disk(() => before.close())
      await disk(() => syncDirectory(directory))
      return generation
    },
    spoil,
    completed: () => {
      complete = !spoiled
    },
    close: async () => {
      const last = file
      file = undefined
      complete = false
      if (last !== undefined) await disk(() => last.close())
    },
  }
}

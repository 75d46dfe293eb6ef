import { open, readdir, rename, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { encodeLinkRecord, mayBeKept } from './link-record.ts'
import type { DiskCall } from './segment-writer.ts'
import { findJournals, journalPath, snapshotPath } from './snapshot-directory.ts'
import { encodeEnd, encodeHeader, encodeRecords, type Knowledge } from './snapshot-format.ts'
import { syncDirectory } from './spool-directory.ts'

export interface SnapshotContents {
  readonly generation: number
  /** As of before the first link is asked for. */
  readonly knowledge: Knowledge
  /** Hottest first. */
  readonly keys: Iterable<string>
  readonly linkOf: (key: string) => CachedLink | undefined
}

/** Longer than that no visitor waits for it. */
const sliceMs = 2
/** Links between two looks at the clock. */
const stride = 16
/** So much is given to the disk to make durable at a time: the spool has its turns in between. */
const syncBytes = 1024 * 1024

/**
 * Writes it beside the old one, then into its place, and removes the journals before it.
 *
 * @param between resolves when the next slice of work may be done
 */
export async function writeSnapshot(
  directory: string,
  contents: SnapshotContents,
  disk: DiskCall,
  between: () => Promise<void>,
): Promise<number> {
  const unfinished = `${snapshotPath(directory)}.new`
  const file = await disk(() => open(unfinished, 'w', 0o600))
  let links: number
  try {
    links = await writeLinks(file, contents, disk, between)
  } catch (error) {
    // On a full disk clicks need the room.
    await disk(() => unlink(unfinished))
    throw error
  } finally {
    await disk(() => file.close())
  }
  await disk(() => rename(unfinished, snapshotPath(directory)))
  await disk(() => syncDirectory(directory))
  for (const generation of await disk(() => findJournals(directory)))
    if (generation < contents.generation)
      await disk(() => unlink(journalPath(directory, generation)))
  return links
}

async function writeLinks(
  file: FileHandle,
  { generation, knowledge, keys, linkOf }: SnapshotContents,
  disk: DiskCall,
  between: () => Promise<void>,
): Promise<number> {
  let records: string[] = [encodeHeader(knowledge)]
  let place = 0
  let unsynced = 0
  const write = async () => {
    const bytes = encodeRecords(generation, place, records)
    place += records.length
    records = []
    await disk(() => file.writeFile(bytes))
    unsynced += bytes.length
    if (unsynced < syncBytes) return
    await disk(() => file.datasync())
    unsynced = 0
  }
  let links = 0
  let sliceEnds = performance.now() + sliceMs / 2 // the frames are made in the other half
  let looked = 0
  for (const key of keys) {
    const link = linkOf(key)
    if (link !== undefined && mayBeKept(link)) {
      records.push(encodeLinkRecord(key, link))
      links += 1
    }
    if (++looked % stride > 0 || performance.now() < sliceEnds) continue
    await write()
    await between()
    sliceEnds = performance.now() + sliceMs / 2
  }
  records.push(encodeEnd())
  await write()
  await disk(() => file.sync())
  return links
}

/** Takes away what an earlier release or setting has left: a snapshot that is not kept true must not be found. */
export async function removeSnapshot(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => [])
  for (const name of names)
    if (/^links\.(snapshot(\.new)?|\d+\.journal)$/u.test(name)) await unlink(join(directory, name))
}

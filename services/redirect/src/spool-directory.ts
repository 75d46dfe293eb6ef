// One life of a process is one directory of numbered segments and a checkpoint.
import { mkdir, open, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** A place in a spool: what lies before it is on the click log. */
export interface SpoolPosition {
  readonly segment: number
  readonly offset: number
  /** Highest sequence number before it. */
  readonly seq: number
  /** Whether that is so: where a checkpoint was lost, what lies before the oldest segment is on the log and unknown. */
  readonly certain: boolean
}

const Checkpoint = z.object({
  segment: z.int().min(1),
  offset: z.int().min(0),
  seq: z.int().min(0),
  certain: z.boolean().default(true),
})

const spoolName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u

export function segmentPath(directory: string, segment: number): string {
  return join(directory, `${String(segment).padStart(8, '0')}.segment`)
}

/** The spools in `root` that earlier lives left behind, oldest first. */
export async function findSpools(root: string): Promise<string[]> {
  const names = await readdir(root)
  return names.filter((name) => spoolName.test(name)).toSorted()
}

/** Bytes of each segment, oldest first; none if the spool has not been made yet. */
export async function segmentSizes(directory: string): Promise<Map<number, number>> {
  const sizes = new Map<number, number>()
  for (const name of await namesIn(directory)) {
    const segment = Number(/^(\d+)\.segment$/u.exec(name)?.[1] ?? 0)
    if (segment > 0) sizes.set(segment, (await stat(join(directory, name))).size)
  }
  return sizes
}

/** Bytes of a segment; 0 if there is none. */
export async function segmentSize(directory: string, segment: number): Promise<number> {
  try {
    return (await stat(segmentPath(directory, segment))).size
  } catch (error) {
    if (isAbsent(error)) return 0
    throw error
  }
}

/**
 * Where to go on. Without a checkpoint, or with a damaged one, that is the oldest segment: those before it were shipped
 * and removed, and what is shipped twice is counted once.
 */
export async function readCheckpoint(directory: string): Promise<SpoolPosition> {
  const segments = await segmentSizes(directory)
  const oldest = segments.keys().next().value ?? 1
  const written = parseCheckpoint(await readOrEmpty(checkpointPath(directory)))
  return written === undefined || written.segment < oldest
    ? { segment: oldest, offset: 0, seq: 0, certain: oldest === 1 }
    : written
}

/**
 * Overwrites it in place, which needs no room on a full disk: that room was taken when the spool was made. Segments that
 * lie before it are removed even if it cannot be written.
 */
export async function writeCheckpoint(
  directory: string,
  to: SpoolPosition,
  from: SpoolPosition,
): Promise<void> {
  for (let segment = from.segment; segment < to.segment; segment++) {
    await unlink(segmentPath(directory, segment)).catch(() => {})
  }
  const file = await open(checkpointPath(directory), 'r+')
  try {
    await file.write(encodeCheckpoint(to), 0)
  } finally {
    await file.close()
  }
}

/** The directory of one life, with room for its checkpoint. */
export async function makeSpool(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const beginning = encodeCheckpoint({ segment: 1, offset: 0, seq: 0, certain: true })
  await writeFile(checkpointPath(directory), beginning, { mode: 0o600 })
}

/** Makes a name last: a power cut may take a file that is synced itself, but that its directory does not know. */
export async function syncDirectory(directory: string): Promise<void> {
  const opened = await open(directory)
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}

export async function removeSpool(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true })
}

const checkpointBytes = 128

function encodeCheckpoint(position: SpoolPosition): string {
  return `${JSON.stringify(position).padEnd(checkpointBytes - 1)}\n`
}

function parseCheckpoint(text: string): SpoolPosition | undefined {
  try {
    return Checkpoint.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function checkpointPath(directory: string): string {
  return join(directory, 'checkpoint')
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).toSorted()
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isAbsent(error)) return ''
    throw error
  }
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

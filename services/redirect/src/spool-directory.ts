// One life of a process is one directory of numbered segments and a checkpoint.
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** A place in a spool: what lies before it is on the click log. */
export interface SpoolPosition {
  readonly segment: number
  readonly offset: number
  /** Highest sequence number before it. */
  readonly seq: number
}

const Checkpoint = z.object({
  segment: z.int().min(1),
  offset: z.int().min(0),
  seq: z.int().min(0),
})

export const beginning: SpoolPosition = { segment: 1, offset: 0, seq: 0 }

const spoolName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u

export function segmentPath(directory: string, segment: number): string {
  return join(directory, `${String(segment).padStart(8, '0')}.segment`)
}

/** The spools in `root` that earlier lives left behind, oldest first. */
export async function findSpools(root: string): Promise<string[]> {
  const names = await readdir(root)
  return names.filter((name) => spoolName.test(name)).toSorted()
}

export async function makeSpool(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
}

export async function segmentSizes(directory: string): Promise<Map<number, number>> {
  const sizes = new Map<number, number>()
  for (const name of (await readdir(directory)).toSorted()) {
    const segment = Number(/^(\d+)\.segment$/u.exec(name)?.[1] ?? 0)
    if (segment > 0) sizes.set(segment, (await stat(join(directory, name))).size)
  }
  return sizes
}

/** An unreadable checkpoint is the beginning: what is shipped twice is counted once. */
export async function readCheckpoint(directory: string): Promise<SpoolPosition> {
  try {
    return Checkpoint.parse(JSON.parse(await readFile(join(directory, 'checkpoint'), 'utf8')))
  } catch {
    return beginning
  }
}

/** Atomic; segments that lie before it are removed. */
export async function writeCheckpoint(
  directory: string,
  to: SpoolPosition,
  from: SpoolPosition,
): Promise<void> {
  const path = join(directory, 'checkpoint')
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(to))
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  for (let segment = from.segment; segment < to.segment; segment++) {
    await unlink(segmentPath(directory, segment)).catch(() => {})
  }
}

export async function removeSpool(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true })
}

// The snapshot and its journals lie in SPOOL_DIR, which one process holds, beside the spools.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const journalName = /^links\.(\d+)\.journal$/u

export function snapshotPath(directory: string): string {
  return join(directory, 'links.snapshot')
}

export function journalPath(directory: string, generation: number): string {
  return join(directory, `links.${generation}.journal`)
}

/** The generations of which there is a journal, oldest first. */
export async function findJournals(directory: string): Promise<number[]> {
  return (await readdir(directory))
    .map((name) => Number(journalName.exec(name)?.[1] ?? 0))
    .filter((generation) => generation > 0)
    .toSorted((a, b) => a - b)
}

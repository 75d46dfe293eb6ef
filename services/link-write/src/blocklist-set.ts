// Two million entries in 32 MB, and no object for the garbage collector: a table of 8-byte hashes (open addressing). That a URL on no
// list has the hash of an entry happens once in 10^13 questions.
import { hash } from 'node:crypto'

/** Places of an empty table; each takes two words. A power of two, as after each growth. */
const fewest = 32

export function emptyTable(): Uint32Array<ArrayBuffer> {
  return new Uint32Array(fewest * 2)
}

/** Room for at least one more: at most half of the places are taken, so that looking one up stays short. */
export function withRoom(
  table: Uint32Array<ArrayBuffer>,
  entries: number,
): Uint32Array<ArrayBuffer> {
  if (entries < table.length / 4) return table
  const larger = new Uint32Array(table.length * 2)
  for (let from = 0; from < table.length; from += 2) {
    const [high = 0, low = 0] = [table[from], table[from + 1]]
    if (high === 0) continue
    const at = placeOf(larger, high, low)
    larger[at] = high
    larger[at + 1] = low
  }
  return larger
}

/** @returns false if it was there already */
export function addEntry(table: Uint32Array, entry: string): boolean {
  const [high, low] = halvesOf(entry)
  const at = placeOf(table, high, low)
  if (table[at] !== 0) return false
  table[at] = high
  table[at + 1] = low
  return true
}

export function hasEntry(table: Uint32Array, entry: string): boolean {
  const [high, low] = halvesOf(entry)
  const at = placeOf(table, high, low)
  return table[at] !== 0
}

/** Where it is, or would be. */
function placeOf(table: Uint32Array, high: number, low: number): number {
  const places = table.length / 2
  let at = (low % places) * 2
  while (table[at] !== 0 && (table[at] !== high || table[at + 1] !== low))
    at = (at + 2) % table.length
  return at
}

function halvesOf(entry: string): readonly [high: number, low: number] {
  const digest = hash('sha256', entry, 'buffer')
  // A zero is an empty place.
  return [digest.readUInt32LE(0) || 1, digest.readUInt32LE(4)]
}

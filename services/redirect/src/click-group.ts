// Clicks that are written together, and the visitors that wait for it.

export interface Group {
  buffer: Buffer
  /** Of the buffer, so many are in use. */
  bytes: number
  clicks: number
  /** Its highest number. */
  last: number
  readonly since: number
  /** The same, milliseconds since the epoch. */
  readonly sinceMs: number
  /** Visitors that wait for it. */
  waiting: (() => void)[]
  /** Its visitors were answered before the disk was. */
  undurable: boolean
}

export const firstBuffer = () => Buffer.allocUnsafe(16 * 1024)

export function newGroup(sinceMs: number, buffer: Buffer): Group {
  return {
    buffer,
    bytes: 0,
    clicks: 0,
    last: 0,
    since: performance.now(),
    sinceMs,
    waiting: [],
    undurable: false,
  }
}

export function doubled(buffer: Buffer): Buffer {
  const larger = Buffer.allocUnsafe(buffer.length * 2)
  buffer.copy(larger)
  return larger
}

// A record on disk: length, CRC-32C, the numbers it stands for, then its JSON.
import crc32c from 'crc-32/crc32c.js'

export interface Frame {
  /** Sequence numbers that the record accounts for, both included; a click has one. */
  readonly from: number
  readonly to: number
  readonly value: Buffer
}

const headerBytes = 24
/** Far above any record; a larger length is damage. */
const maxValueBytes = 64 * 1024
export const maxFrameBytes = headerBytes + maxValueBytes

/** Room for the frame of any text of that length: a UTF-16 unit has three bytes of UTF-8 at most. */
export function frameRoom(json: string): number {
  return headerBytes + json.length * 3
}

/** Writes a frame, where there is {@link frameRoom}, and returns where it ends. */
export function writeFrame(
  bytes: Buffer,
  start: number,
  from: number,
  to: number,
  json: string,
): number {
  const length = bytes.write(json, start + headerBytes)
  const end = start + headerBytes + length
  bytes.writeUInt32LE(length, start)
  bytes.writeDoubleLE(from, start + 8)
  bytes.writeDoubleLE(to, start + 16)
  bytes.writeInt32LE(crc32c.buf(bytes.subarray(start + 8, end)), start + 4)
  return end
}

export type Decoded =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly end: number }
  /** Not what was written. */
  | { readonly kind: 'corrupt' }
  /** The bytes end before the frame does. */
  | { readonly kind: 'torn' }

/** Reads the frame that begins at `start`, which must lie before the end of `bytes`. */
export function decodeFrame(bytes: Buffer, start: number): Decoded {
  if (start + headerBytes > bytes.length) return { kind: 'torn' }
  const length = bytes.readUInt32LE(start)
  const end = start + headerBytes + length
  if (length > maxValueBytes) return { kind: 'corrupt' }
  if (end > bytes.length) return { kind: 'torn' }
  if (crc32c.buf(bytes.subarray(start + 8, end)) !== bytes.readInt32LE(start + 4))
    return { kind: 'corrupt' }
  const from = bytes.readDoubleLE(start + 8)
  const to = bytes.readDoubleLE(start + 16)
  return {
    kind: 'frame',
    frame: { from, to, value: bytes.subarray(start + headerBytes, end) },
    end,
  }
}

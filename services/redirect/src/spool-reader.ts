import { open } from 'node:fs/promises'
import { segmentPath, type SpoolPosition } from './spool-directory.ts'
import { decodeFrame, type Frame } from './spool-frame.ts'

export interface SpoolBatch {
  readonly frames: readonly Frame[]
  /** Where the next batch begins. */
  readonly next: SpoolPosition
  /** Numbers that no readable record accounts for: damage on disk. */
  readonly missing: readonly { readonly from: number; readonly to: number }[]
  /** On disk, between here and there. */
  readonly bytes: number
}

export interface ReadLimits {
  readonly records: number
  readonly bytes: number
}

/**
 * Reads whole records of one segment, from `position` up to `written` bytes. A record that is damaged is skipped; where
 * its length cannot be believed, so is the rest of the segment (`segmentEnded` tells whether more may be written to it).
 * Since numbers have no gaps, whatever is skipped shows as missing.
 */
export async function readBatch(
  directory: string,
  position: SpoolPosition,
  written: number,
  segmentEnded: boolean,
  limits: ReadLimits,
): Promise<SpoolBatch> {
  const bytes = await readSegment(directory, position, written, limits.bytes)
  const cutShort = position.offset + bytes.length < written
  const frames: Frame[] = []
  const missing: { from: number; to: number }[] = []
  let { seq } = position
  let at = 0
  while (at < bytes.length && frames.length < limits.records) {
    const decoded = decodeFrame(bytes, at)
    if (decoded.kind === 'torn') {
      // Either the limit cut this record, or it never became whole.
      if (cutShort && at > 0) break
      return {
        frames,
        missing,
        next: { segment: position.segment + 1, offset: 0, seq },
        bytes: written - position.offset,
      }
    }
    at = decoded.end
    if (decoded.kind === 'corrupt') continue
    const { frame } = decoded
    if (frame.from > seq + 1) missing.push({ from: seq + 1, to: frame.from - 1 })
    seq = Math.max(seq, frame.to)
    frames.push(frame)
  }
  const offset = position.offset + at
  const ended = segmentEnded && offset >= written
  const next = ended
    ? { segment: position.segment + 1, offset: 0, seq }
    : { segment: position.segment, offset, seq }
  return { frames, missing, next, bytes: at }
}

async function readSegment(
  directory: string,
  position: SpoolPosition,
  written: number,
  most: number,
): Promise<Buffer> {
  const length = Math.min(written - position.offset, most)
  if (length <= 0) return Buffer.alloc(0)
  const file = await open(segmentPath(directory, position.segment))
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.allocUnsafe(length),
      0,
      length,
      position.offset,
    )
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

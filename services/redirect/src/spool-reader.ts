import { open } from 'node:fs/promises'
import { segmentPath, type SpoolPosition } from './spool-directory.ts'
import { decodeFrame, maxFrameBytes, type Frame } from './spool-frame.ts'

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
 * Reads whole records of one segment, from `position` up to `written` bytes; `segmentEnded` tells that no more will be
 * written to it. Damage is skipped up to the next record whose checksum fits. Since numbers have no gaps, whatever was
 * skipped shows as missing.
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
  let { seq, certain } = position
  let at = 0
  while (at < bytes.length && frames.length < limits.records) {
    const decoded = decodeFrame(bytes, at)
    if (decoded.kind === 'torn' && cutShort && at > 0) break // by the limit, perhaps
    const found = decoded.kind === 'frame' ? decoded : nextFrame(bytes, at + 1, seq)
    if (found === undefined) {
      // A record may begin here that goes on behind what was read.
      at = cutShort ? Math.max(at + 1, bytes.length - maxFrameBytes) : bytes.length
      break
    }
    at = found.end
    const { frame } = found
    if (certain && frame.from > seq + 1) missing.push({ from: seq + 1, to: frame.from - 1 })
    seq = Math.max(seq, frame.to)
    certain = true
    frames.push(frame)
  }
  const offset = position.offset + at
  const ended = segmentEnded && offset >= written
  const next = ended
    ? { segment: position.segment + 1, offset: 0, seq, certain }
    : { segment: position.segment, offset, seq, certain }
  return { frames, missing, next, bytes: at }
}

/** The first sound record at or behind `start` that may follow number `seq`. */
function nextFrame(bytes: Buffer, start: number, seq: number) {
  for (let at = start; at < bytes.length; at++) {
    const decoded = decodeFrame(bytes, at)
    if (decoded.kind === 'frame' && decoded.frame.from > seq) return decoded
  }
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

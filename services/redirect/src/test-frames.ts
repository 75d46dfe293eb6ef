import { decodeFrame, type Frame } from './spool-frame.ts'

/** For tests: what stands in a spool. */
export function framesOf(bytes: Buffer): Frame[] {
  const frames: Frame[] = []
  for (let at = 0; at < bytes.length;) {
    const decoded = decodeFrame(bytes, at)
    if (decoded.kind !== 'frame') throw new Error(decoded.kind)
    frames.push(decoded.frame)
    at = decoded.end
  }
  return frames
}

import { frameRoom, writeFrame } from './spool-frame.ts'

/** A frame alone. */
export function encodeFrame(from: number, to: number, json: string): Buffer {
  const bytes = Buffer.alloc(frameRoom(json))
  return bytes.subarray(0, writeFrame(bytes, 0, from, to, json))
}

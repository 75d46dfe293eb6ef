import { afterAll, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beginning, segmentPath } from './spool-directory.ts'
import { encodeFrame } from './spool-frame.ts'
import { readBatch } from './spool-reader.ts'

const directory = mkdtempSync(join(tmpdir(), 'sleepwell-spool-'))
afterAll(() => rmSync(directory, { recursive: true }))

const limits = { records: 100, bytes: 1024 * 1024 }
const frames = (count: number) =>
  Array.from({ length: count }, (_, i) => encodeFrame(i + 1, i + 1, `{"n":${i + 1}}`))

async function read(bytes: Buffer, most = limits) {
  writeFileSync(segmentPath(directory, 1), bytes)
  const batch = await readBatch(directory, beginning, bytes.length, true, most)
  return { ...batch, numbers: batch.frames.map((frame) => frame.from) }
}

test('what was written is read, in order', async () => {
  const { numbers, missing, next } = await read(Buffer.concat(frames(5)))
  expect(numbers).toEqual([1, 2, 3, 4, 5])
  expect(missing).toEqual([])
  expect(next).toEqual({ segment: 2, offset: 0, seq: 5 })
})

test('a batch ends at its limits and the next one goes on there', async () => {
  const bytes = Buffer.concat(frames(5))
  const first = await read(bytes, { records: 2, bytes: 1024 })
  expect(first.numbers).toEqual([1, 2])
  const second = await readBatch(directory, first.next, bytes.length, true, {
    records: 9,
    bytes: 70,
  })
  expect(second.frames.map((frame) => frame.from)).toEqual([3, 4])
})

test('a segment cut at any byte keeps every whole record before the cut', async () => {
  const all = frames(3)
  const bytes = Buffer.concat(all)
  for (let cut = 0; cut <= bytes.length; cut++) {
    const { numbers } = await read(bytes.subarray(0, cut))
    const whole = all.filter((_, i) => Buffer.concat(all.slice(0, i + 1)).length <= cut)
    expect(numbers).toEqual(whole.map((_, i) => i + 1))
  }
})

test('a bit flipped anywhere never invents a click, and what is lost is numbered', async () => {
  const bytes = Buffer.concat(frames(3))
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
      const damaged = Buffer.from(bytes)
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      const { frames: found, numbers, missing, next } = await read(damaged)
      for (const frame of found) expect(frame.value.toString()).toBe(`{"n":${frame.from}}`)
      const lost = missing.flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, i) => from + i),
      )
      const accounted = [...numbers, ...lost].toSorted((a, b) => a - b)
      expect(accounted).toEqual(Array.from({ length: next.seq }, (_, i) => i + 1))
    }),
    { numRuns: 300 },
  )
})

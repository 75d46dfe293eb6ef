import { afterAll, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { segmentPath, type SpoolPosition } from './spool-directory.ts'
import { encodeFrame } from './test-frame.ts'
import { readBatch } from './spool-reader.ts'

const directory = mkdtempSync(join(tmpdir(), 'sleepwell-spool-'))
afterAll(() => rmSync(directory, { recursive: true }))

const beginning: SpoolPosition = { segment: 1, offset: 0, seq: 0, certain: true }
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
  expect(next).toEqual({ segment: 2, offset: 0, seq: 5, certain: true })
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

test('a bit flipped anywhere costs the click that it hit and no other, and that one is numbered', async () => {
  const bytes = Buffer.concat(frames(3))
  const frameBytes = bytes.length / 3
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes)
    damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    const hit = Math.floor((bit >> 3) / frameBytes) + 1
    const { numbers, missing, frames: found } = await read(damaged)
    expect(numbers).toEqual([1, 2, 3].filter((number) => number !== hit))
    for (const frame of found) expect(frame.value.toString()).toBe(`{"n":${frame.from}}`)
    // Of the last one nobody can know that it was there.
    expect(missing).toEqual(hit === 3 ? [] : [{ from: hit, to: hit }])
  }
})

test('damage in a segment that still grows hides nothing that is written to it later', async () => {
  const [first, second, third] = frames(3)
  const damaged = Buffer.concat([first ?? Buffer.of(), second ?? Buffer.of()])
  damaged.fill(255, (first?.length ?? 0) + 1, (first?.length ?? 0) + 3)
  writeFileSync(segmentPath(directory, 1), damaged)
  const before = await readBatch(directory, beginning, damaged.length, false, limits)
  expect(before.next).toEqual({ segment: 1, offset: damaged.length, seq: 1, certain: true })
  const grown = Buffer.concat([damaged, third ?? Buffer.of()])
  writeFileSync(segmentPath(directory, 1), grown)
  const after = await readBatch(directory, before.next, grown.length, false, limits)
  expect(after.frames.map((frame) => frame.from)).toEqual([3])
  expect(after.missing).toEqual([{ from: 2, to: 2 }])
})

test('whatever was damaged, nothing is invented and nothing is read twice', async () => {
  const bytes = Buffer.concat(frames(5))
  const blow = fc.tuple(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }))
  await fc.assert(
    fc.asyncProperty(fc.array(blow, { minLength: 1, maxLength: 4 }), async (blows) => {
      const damaged = Buffer.from(bytes)
      for (const [at, rubbish] of blows) damaged.set(rubbish.subarray(0, bytes.length - at), at)
      const { frames: found, numbers, missing, next } = await read(damaged)
      for (const frame of found) expect(frame.value.toString()).toBe(`{"n":${frame.from}}`)
      const lost = missing.flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, i) => from + i),
      )
      expect([...numbers, ...lost].toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: next.seq }, (_, i) => i + 1),
      )
    }),
    { numRuns: 300 },
  )
})

test('damage at the end of what is read at once hides no record that goes on behind it', async () => {
  const value = (n: number) => JSON.stringify({ n, padding: 'x'.repeat(800) })
  const all = Array.from({ length: 40 }, (_, i) => encodeFrame(i + 1, i + 1, value(i + 1)))
  const bytes = Buffer.concat(all)
  const size = all[0]?.length ?? 0
  const most = { records: 500, bytes: size * 20 + 100 }
  // The last whole record within the limit; the next one straddles it.
  bytes.fill(255, size * 19 + 30, size * 19 + 40)
  writeFileSync(segmentPath(directory, 1), bytes)
  const found: number[] = []
  const lost: object[] = []
  for (let position = beginning; position.segment === 1;) {
    const batch = await readBatch(directory, position, bytes.length, true, most)
    found.push(...batch.frames.map((frame) => frame.from))
    lost.push(...batch.missing)
    position = batch.next
  }
  expect(lost).toEqual([{ from: 20, to: 20 }])
  expect(found).toEqual(
    [1, 2, 3].concat(Array.from({ length: 37 }, (_, i) => i + 4)).filter((n) => n !== 20),
  )
})

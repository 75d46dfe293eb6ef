// A whole spool of two segments, cut and flipped at every byte, and shipped by the life that finds it.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import type { ClickRecord } from '@sleepwell/contracts/click'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { v7 as uuidv7 } from 'uuid'
import { segmentPath } from '../spool-directory.ts'
import { encodeFrame } from '../test-frame.ts'
import { shipSpool } from '../spool-shipper.ts'

const fault = 'torn-segments'
const description = 'a spool cut, and a bit of it flipped, at every byte'
const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-torn-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const numbers = [1, 2, 3, 4, 5, 6]
const perSegment = 3
const clickOf = (seq: number) => ({
  type: 'click',
  id: `id-${seq}`,
  seq,
  at: '2026-11-25T00:00:00Z',
})
const segments = [0, 1].map((segment) =>
  Buffer.concat(
    numbers
      .slice(segment * perSegment, (segment + 1) * perSegment)
      .map((seq) => encodeFrame(seq, seq, JSON.stringify(clickOf(seq)))),
  ),
)
/** At full length every bit of every byte; else one bit of each. */
const bits = full ? [0, 1, 2, 3, 4, 5, 6, 7] : [3]

interface Shipped {
  /** In the order of the log. */
  readonly clicks: readonly { readonly id: string; readonly seq: number }[]
  readonly dropped: readonly number[]
  readonly lastSeq: number
}

/** What the log gets of a spool with these segments. */
async function ship(files: readonly Buffer[]): Promise<Shipped> {
  const spool = uuidv7()
  const directory = join(scratch, spool)
  mkdirSync(directory)
  for (const [index, file] of files.entries())
    writeFileSync(segmentPath(directory, index + 1), file)
  const log: ClickRecord[] = []
  const end = { segment: files.length + 1, offset: 0 }
  const all = await shipSpool(
    {
      directory,
      spool,
      end: () => end,
      publish: async (records) => {
        log.push(...records.map((record) => JSON.parse(String(record)) as ClickRecord))
      },
      publishFailed: () => {},
      checkpointFailed: () => {},
      moved: () => {},
      oldest: () => {},
    },
    () => true,
    new AbortController().signal,
  )
  expect(all).toBe(true)
  expect(readdirSync(directory)).toEqual([])
  rmSync(directory, { recursive: true })
  const closing = log.at(-1)
  if (closing?.type !== 'heartbeat' || !closing.closed) throw new Error('it was not closed')
  return {
    clicks: log.filter((record) => record.type === 'click'),
    dropped: log.flatMap((record) =>
      record.type === 'dropped'
        ? Array.from({ length: record.to - record.from + 1 }, (_, i) => record.from + i)
        : [],
    ),
    lastSeq: closing.lastSeq,
  }
}

/** Every spool that one blow makes of the sound one. */
function* damaged(): Generator<readonly Buffer[]> {
  for (const [index, segment] of segments.entries()) {
    const others: readonly Buffer[] = segments
    const changedTo = (bytes: Buffer) => others.with(index, bytes)
    for (let at = 0; at < segment.length; at++) {
      yield changedTo(segment.subarray(0, at))
      for (const bit of bits) {
        const flipped = Buffer.from(segment)
        flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at)
        yield changedTo(flipped)
      }
    }
  }
}

/** Numbers whose records are whole in these files. */
function whole(files: readonly Buffer[]): number[] {
  const bytes = Buffer.concat([...files])
  return numbers.filter((seq) =>
    bytes.includes(encodeFrame(seq, seq, JSON.stringify(clickOf(seq)))),
  )
}

test('lines without a length and a checksum are lost, or are counted although they are wrong', () => {
  const lines = Buffer.from(numbers.map((seq) => `${JSON.stringify(clickOf(seq))}\n`).join(''))
  let lost = 0
  let invented = 0
  for (let at = 0; at < lines.length; at++) {
    const flipped = Buffer.from(lines)
    flipped.writeUInt8(flipped.readUInt8(at) ^ 8, at)
    const ids = Array.from(String(flipped).matchAll(/^\{.*"id":"([^"]+)".*\}$/gmu), ([, id]) => id)
    lost += numbers.filter((seq) => !ids.includes(`id-${seq}`)).length
    invented += ids.filter((id) => !numbers.some((seq) => id === `id-${seq}`)).length
  }
  recordGuardOff(fault, description, { blows: lines.length, lost, doubled: 0, invented })
  expect(lost).toBeGreaterThan(0)
  expect(invented).toBeGreaterThan(0)
})

test('whatever one blow hits, all else arrives once, nothing is invented, and what is missing is numbered', async () => {
  let blows = 0
  const sums = { lost: 0, doubled: 0, invented: 0, dropped: 0, atTheTail: 0 }
  for (const files of damaged()) {
    blows += 1
    const { clicks, dropped, lastSeq } = await ship(files)
    const arrived = clicks.map(({ seq }) => seq)
    const sound = whole(files)
    const tail = numbers.filter((seq) => seq > lastSeq)
    sums.invented += clicks.filter(({ id, seq }) => id !== `id-${seq}`).length
    sums.doubled += arrived.length - new Set(arrived).size
    sums.lost += sound.filter((seq) => !arrived.includes(seq)).length
    sums.dropped += dropped.length
    sums.atTheTail += tail.length
    // Each number once: arrived, dropped, or above what the spool was closed with.
    expect([...arrived, ...dropped, ...tail].toSorted((a, b) => a - b)).toEqual(numbers)
  }
  recordRun(fault, description, { blows, ...sums })
  expect(sums).toMatchObject({ lost: 0, doubled: 0, invented: 0 })
  expect(sums.dropped).toBeGreaterThan(0)
  expect(sums.atTheTail).toBeGreaterThan(0)
})

import { afterAll, expect, test } from '@jest/globals'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSegmentWriter } from './segment-writer.ts'
import { segmentPath } from './spool-directory.ts'

const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-segments-'))
afterAll(() => rmSync(scratch, { recursive: true }))

function writing(durability: 'process' | 'strict' = 'process') {
  const directory = join(mkdtempSync(join(scratch, 'one-')), 'spool')
  const failures: unknown[] = []
  const failed = (error: unknown) => failures.push(error)
  const writer = createSegmentWriter({ directory, segmentBytes: 10, durability, failed })
  const text = (segment: number) => readFileSync(segmentPath(directory, segment), 'utf8')
  return { directory, writer, text, failures }
}

test.each(['process', 'strict'] as const)(
  'appends fill segments one after the other (%s)',
  async (durability) => {
    const { writer, text, failures } = writing(durability)
    for (const part of ['first-', 'second-', 'third-', 'fourth-']) {
      await writer.append(Buffer.from(part))
    }
    expect(writer.end()).toEqual({ segment: 2, offset: 13 })
    await writer[Symbol.asyncDispose]()
    expect([text(1), text(2)]).toEqual(['first-second-', 'third-fourth-'])
    expect(failures).toEqual([])
  },
)

test('a place that cannot be written fails the append, and is used once it can', async () => {
  const { directory, writer, text } = writing()
  writeFileSync(directory, 'a file where the directory should be')
  await expect(writer.append(Buffer.from('early'))).rejects.toThrow('EEXIST')
  rmSync(directory)
  await writer.append(Buffer.from('early'))
  await writer[Symbol.asyncDispose]()
  expect(text(1)).toBe('early')
})

test('a segment that cannot be begun fails the append, and nothing is lost or doubled', async () => {
  const { directory, writer, text } = writing()
  await writer.append(Buffer.from('0123456789'))
  mkdirSync(segmentPath(directory, 2))
  await expect(writer.append(Buffer.from('next'))).rejects.toThrow('EISDIR')
  rmdirSync(segmentPath(directory, 2))
  await writer.append(Buffer.from('next'))
  await writer[Symbol.asyncDispose]()
  expect([text(1), text(2)]).toEqual(['0123456789', 'next'])
})

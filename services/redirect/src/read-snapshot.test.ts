import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ageOf, readSnapshot } from './read-snapshot.ts'
import { journalPath, snapshotPath } from './snapshot-directory.ts'
import { journalOf, knowledge, link, snapshotOf } from './test-snapshot.ts'

const directory = mkdtempSync(join(tmpdir(), 'sleepwell-snapshot-'))
afterAll(() => rmSync(directory, { recursive: true }))
beforeEach(() => {
  rmSync(directory, { recursive: true })
  mkdirSync(directory)
})

const write = (files: Record<number, Buffer>, snapshot = snapshotOf(5, { '@/a': link(1) })) => {
  writeFileSync(snapshotPath(directory), snapshot)
  for (const [generation, bytes] of Object.entries(files))
    writeFileSync(journalPath(directory, Number(generation)), bytes)
}

async function linksRead() {
  const earlier = await readSnapshot(directory)
  return typeof earlier === 'string' ? earlier : Object.fromEntries(earlier.links)
}

test('where nothing was kept there is nothing', async () => {
  expect(await readSnapshot(directory)).toBe('absent')
})

test('a link deleted after the snapshot is gone, an edited one unknown, a state that is later stays', async () => {
  const links = { '@/deleted': link(1), '@/edited': link(1), '@/later': link(7), '@/same': link(6) }
  const change = (key: string, deleted: boolean) => ({
    key,
    position: 6,
    deleted,
    blocked: false,
  })
  const changes = [
    change('@/deleted', true),
    change('@/edited', false),
    change('@/later', true),
    change('@/same', false),
    change('@/unheard', true),
  ]
  write({ 5: journalOf(5, changes) }, snapshotOf(5, links))
  expect(await linksRead()).toEqual({
    '@/deleted': link(1, { deleted: true, position: 6 }),
    '@/later': link(7),
    '@/same': link(6),
  })
})

test('a link blocked after the snapshot is blocked, and a deleted one stays deleted', async () => {
  const blocked = (key: string) => ({ key, position: 6, deleted: false, blocked: true })
  const links = { '@/a': link(1), '@/deleted': link(1, { deleted: true }) }
  write({ 5: journalOf(5, [blocked('@/a'), blocked('@/deleted')]) }, snapshotOf(5, links))
  expect(await linksRead()).toEqual({ '@/a': link(1, { blocked: true, position: 6 }) })
})

test('a deleted link whose slug lives again is unknown', async () => {
  const deleted = { key: '@/a', position: 2, deleted: true, blocked: false }
  const again = { key: '@/a', position: 3, deleted: false, blocked: false }
  write({ 5: journalOf(5, [deleted, again]) })
  expect(await linksRead()).toEqual({})
})

test('killed between two snapshots, what both journals say counts', async () => {
  const old = journalOf(4, [{ key: '@/a', position: 9, deleted: true, blocked: false }])
  const later = { throughMs: 2, ageMs: 3, at: 4 }
  write({
    4: old, // of the snapshot before, not removed yet
    5: journalOf(5, [{ key: '@/b', position: 2, deleted: true, blocked: false }]),
    6: journalOf(6, [{ key: '@/a', position: 3, deleted: true, blocked: false }, later]),
  })
  const earlier = await readSnapshot(directory)
  expect(earlier).toMatchObject({ knowledge: later, journal: { generation: 6, records: 2 } })
  expect(await linksRead()).toEqual({ '@/a': link(1, { deleted: true, position: 3 }) })
})

test.each([
  ['its journal', {}],
  ['a journal in between', { 5: journalOf(5, []), 7: journalOf(7, []) }],
])('without %s a snapshot is not believed', async (_what, files) => {
  write(files)
  expect(await readSnapshot(directory)).toBe('damaged')
})

test('with a journal that is damaged in its midst, nothing is served', async () => {
  const deletion = { key: '@/a', position: 3, deleted: true, blocked: false }
  const bytes = journalOf(5, [deletion, knowledge])
  bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30)
  write({ 5: bytes })
  expect(await readSnapshot(directory)).toBe('damaged')
})

test('knowledge ages while nothing runs, and a clock that was put back makes it no younger', () => {
  expect(ageOf({ ...knowledge, ageMs: 500 }, knowledge.at + 1000)).toBe(1500)
  expect(ageOf({ ...knowledge, ageMs: 500 }, knowledge.at - 1000)).toBe(500)
  expect(ageOf({ ...knowledge, ageMs: 500 }, knowledge.at - 3_600_000)).toBe(Infinity)
})

import { afterAll, expect, test } from '@jest/globals'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { keepSnapshot } from './keep-snapshot.ts'
import { createLinkCache } from './link-cache.ts'
import { createLinkJournal } from './link-journal.ts'
import { readSnapshot, type EarlierLife } from './read-snapshot.ts'
import type { DiskCall } from './segment-writer.ts'
import { knowledge, link } from './test-snapshot.ts'

const root = mkdtempSync(join(tmpdir(), 'sleepwell-snapshot-'))
afterAll(() => rmSync(root, { recursive: true }))

/** A process that keeps what is in its cache; it is never closed properly unless disposed. */
function keeping(directory: string, earlier?: EarlierLife, maxLinks = 100) {
  const cache = createLinkCache(1024 * 1024)
  const state = { puts: 0, knowledge: { ...knowledge }, diskIsAway: false, failures: 0 }
  const disk: DiskCall = async (call) => {
    if (state.diskIsAway) throw new Error('the disk is away')
    return await call()
  }
  const journal = createLinkJournal(directory, earlier?.journal, 0, disk)
  const keeper = keepSnapshot({
    directory,
    maxLinks,
    everyMs: 20,
    cache,
    puts: () => state.puts,
    knowledge: () => state.knowledge,
    journal,
    held: Promise.resolve(),
    disk,
    failed: () => (state.failures += 1),
    worked: () => {},
  })
  return {
    state,
    remember: (slug: string, of = link(1)) => {
      cache.put(`@/${slug}`, { link: of, epoch: 1, checkedAt: 0 })
      state.puts += 1
    },
    touch: (slug: string) => void cache.get(`@/${slug}`),
    changed: (slug: string, position: number, deleted: boolean) => {
      cache.changed(`@/${slug}`, { position, deleted, blocked: false })
      journal.record([{ key: `@/${slug}`, position, deleted, blocked: false }])
      keeper.wake()
    },
    spoil: () => journal.spoil(),
    written: () => journal.waiting() === 0,
    [Symbol.asyncDispose]: () => keeper[Symbol.asyncDispose](),
  }
}

/** Waits for what must happen; the test runner's own limit ends a wait in vain. */
async function until(condition: (earlier: EarlierLife) => boolean, directory: string) {
  for (;;) {
    const earlier = await readSnapshot(directory)
    if (typeof earlier === 'object' && condition(earlier)) return earlier
    await sleep(5)
  }
}

const fresh = () => mkdtempSync(join(root, 'of-'))

test('what is in memory is on disk, hottest first, and no more than is wanted', async () => {
  const directory = fresh()
  await using process = keeping(directory, undefined, 2)
  for (const slug of ['a', 'b', 'c']) process.remember(slug)
  process.touch('a')
  const earlier = await until(({ links }) => links.has('@/a'), directory)
  expect([...earlier.links.keys()]).toEqual(['@/a', '@/c'])
})

test('a link with a limit is never on disk', async () => {
  const directory = fresh()
  await using process = keeping(directory)
  process.remember('limited', link(1, { limited: true }))
  process.remember('other')
  const earlier = await until(({ links }) => links.has('@/other'), directory)
  expect([...earlier.links.keys()]).toEqual(['@/other'])
})

test('a link that the feed has a later state of is never on disk', async () => {
  const directory = fresh()
  await using process = keeping(directory)
  process.remember('edited')
  process.changed('edited', 5, false)
  process.remember('other')
  const earlier = await until(({ links }) => links.has('@/other'), directory)
  expect([...earlier.links.keys()]).toEqual(['@/other'])
})

test('where changes were lost, nothing more is said of what is known until there is a new snapshot', async () => {
  const directory = fresh()
  const first = keeping(directory)
  first.remember('a')
  const earlier = await until(({ links }) => links.size === 1, directory)
  await first[Symbol.asyncDispose]()
  await using second = keeping(directory, earlier)
  second.spoil()
  second.state.knowledge = { ...knowledge, throughMs: knowledge.throughMs + 1 }
  const next = await until((life) => life.knowledge.throughMs > knowledge.throughMs, directory)
  expect([...next.links.keys()]).toEqual([])
})

test('a change after the snapshot is known to the next life, and to the one after that', async () => {
  const directory = fresh()
  const first = keeping(directory)
  first.remember('a')
  first.remember('b')
  await until(({ links }) => links.size === 2, directory)
  first.changed('a', 5, true)
  await until(({ links }) => links.get('@/a')?.deleted === true, directory)
  await first[Symbol.asyncDispose]()
  const earlier = await until(() => true, directory)
  await using second = keeping(directory, earlier)
  second.changed('b', 6, true)
  const both = await until(({ links }) => links.get('@/b')?.deleted === true, directory)
  expect(both.links.get('@/a')?.deleted).toBe(true)
})

test('what is known grows older on disk while no database answers', async () => {
  const directory = fresh()
  await using process = keeping(directory)
  process.remember('a')
  await until(({ links }) => links.size === 1, directory)
  process.state.knowledge = { ...knowledge, ageMs: 7_000 }
  process.changed('b', 2, true)
  await until((earlier) => earlier.knowledge.ageMs === 7_000, directory)
})

test('a disk that was away is written to again, and no change is missing then', async () => {
  const directory = fresh()
  await using process = keeping(directory)
  process.remember('a')
  await until(({ links }) => links.size === 1, directory)
  process.state.diskIsAway = true
  process.changed('a', 5, true)
  while (process.state.failures === 0) await sleep(5)
  expect(process.written()).toBe(false)
  process.state.diskIsAway = false
  await until(({ links }) => links.get('@/a')?.deleted === true || links.size === 0, directory)
})

test('one snapshot and one journal are left', async () => {
  const directory = fresh()
  const process = keeping(directory)
  for (const slug of ['a', 'b', 'c']) {
    process.remember(slug)
    await until(({ links }) => links.has(`@/${slug}`), directory)
  }
  await process[Symbol.asyncDispose]()
  const names = readdirSync(directory).filter((name) => !name.endsWith('.new'))
  expect(names.length).toBeLessThanOrEqual(3)
  expect(names).toContain('links.snapshot')
})

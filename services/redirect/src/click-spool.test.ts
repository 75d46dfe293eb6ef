import { expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  createClickSpool,
  type ClickSpool,
  type ClickSpoolOptions,
  type Kept,
} from './click-spool.ts'
import type { OrphanDraft } from './record-orphan.ts'
import { draft } from './test-click.ts'
import { framesOf } from './test-frames.ts'

/** A spool over a disk that behaves as told, and what ended up on it. */
function spooling(append: () => Promise<void>, options: Partial<ClickSpoolOptions> = {}) {
  const writes: Buffer[] = []
  const kept: Record<Kept, number> = { recorded: 0, undurable: 0, dropped: 0 }
  const spool = createClickSpool({
    spool: '0199b3a0-0000-7000-8000-000000000003',
    append: async (bytes) => {
      await append()
      writes.push(Buffer.from(bytes)) // the spool uses its memory again
    },
    maxBytes: 1024 * 1024,
    kept: (how, count) => {
      kept[how] += count
    },
    failed: () => {},
    ...options,
  })
  return { spool, kept, writes, frames: () => framesOf(Buffer.concat(writes)) }
}

/** Resolves when its visitor would be answered. */
function recorded(spool: ClickSpool): Promise<void> {
  return new Promise((resolve) => {
    spool.record(draft, resolve)
  })
}

test('a click is on disk before the visitor is answered', async () => {
  const { spool, frames, kept } = spooling(async () => {})
  await using _ = spool
  await recorded(spool)
  expect(frames()).toHaveLength(1)
  expect(JSON.parse(String(frames()[0]?.value))).toMatchObject({
    id: draft.id,
    linkId: draft.linkId,
    seq: 1,
  })
  expect(kept).toEqual({ recorded: 1, undurable: 0, dropped: 0 })
})

test('nothing ticks while no click waits', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const before = timers()
  const { spool } = spooling(async () => {}, { patienceMs: 4 })
  await using _ = spool
  expect(timers()).toBe(before)
  await recorded(spool)
  while (timers() > before) await new Promise(setImmediate)
  expect(timers()).toBe(before)
})

test('clicks of one turn share a write, and those that come during a write share the next one', async () => {
  const begun = Promise.withResolvers<void>()
  const { spool, writes, frames } = spooling(async () => {
    begun.resolve()
    await sleep(2)
  })
  for (let i = 0; i < 50; i++) void recorded(spool)
  await begun.promise
  for (let i = 0; i < 50; i++) void recorded(spool)
  await spool[Symbol.asyncDispose]()
  expect(writes.map((bytes) => framesOf(bytes).length)).toEqual([50, 50])
  expect(frames().map((frame) => frame.from)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
})

test('a process that was held up itself does not take the disk for hung', async () => {
  const begun = Promise.withResolvers<void>()
  const { spool, kept } = spooling(async () => {
    begun.resolve()
    await sleep(1)
  })
  await using _ = spool
  const first = recorded(spool)
  await begun.promise
  const second = recorded(spool)
  for (const until = performance.now() + 60; performance.now() < until;); // as a long collection does
  await Promise.all([first, second])
  expect(kept).toEqual({ recorded: 2, undurable: 0, dropped: 0 })
})

test('a hung disk makes nobody wait, and loses nothing once it comes back', async () => {
  const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>()
  const { spool, frames, kept } = spooling(() => thawed)
  await recorded(spool) // resolves although the write has not
  await recorded(spool)
  expect(frames()).toHaveLength(0)
  expect(kept).toEqual({ recorded: 0, undurable: 2, dropped: 0 })
  thaw()
  await spool[Symbol.asyncDispose]()
  expect(frames().map((frame) => frame.from)).toEqual([1, 2])
})

test('a write that fails is made again', async () => {
  let failures = 1
  const { spool, frames } = spooling(async () => {
    if (failures-- > 0) throw new Error('ENOSPC')
  })
  await recorded(spool)
  await spool[Symbol.asyncDispose]()
  expect(frames().map((frame) => frame.from)).toEqual([1])
})

test('when memory is full clicks are dropped by number, and the drop is written down', async () => {
  const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>()
  const { spool, frames, kept } = spooling(() => thawed, { maxMemoryBytes: 700 })
  for (let i = 0; i < 5; i++) await recorded(spool)
  expect(kept.dropped).toBeGreaterThan(0)
  thaw()
  await sleep(0)
  await recorded(spool)
  await spool[Symbol.asyncDispose]()
  const dropped = frames().find((frame) => frame.value.includes('"dropped"'))
  expect(dropped).toMatchObject({ from: 6 - kept.dropped, to: 5 })
  expect(JSON.parse(String(dropped?.value))).toMatchObject({ from: 6 - kept.dropped, to: 5 })
  const numbers = frames().flatMap((frame) =>
    Array.from({ length: frame.to - frame.from + 1 }, (_, i) => frame.from + i),
  )
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6])
})

test('a spool that the log does not drain stops growing at its bound', async () => {
  const { spool, kept } = spooling(async () => {}, { maxBytes: 1500 })
  await using _ = spool
  for (let i = 0; i < 10; i++) await recorded(spool)
  expect(kept.dropped).toBeGreaterThan(0)
  expect(spool.bytes()).toBeLessThan(2200)
  spool.shipped(spool.bytes())
  const before = kept.recorded
  await recorded(spool)
  expect(kept.recorded).toBe(before + 1)
})

test('a number that is neither on disk nor answered was not served', async () => {
  const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>()
  const { spool } = spooling(() => thawed)
  await using _ = spool
  const before = Date.now()
  const answered = recorded(spool)
  expect(spool.progress().lastSeq).toBe(0)
  await answered // which the disk was not
  expect(spool.progress().lastSeq).toBe(1)
  expect(spool.waitedMs()).toBeGreaterThan(0)
  thaw()
  expect(spool.progress().at.getTime()).toBeGreaterThanOrEqual(before)
})

test('what is told of progress is true of every click that was made before', async () => {
  const { promise: written, resolve: write } = Promise.withResolvers<void>()
  const { spool } = spooling(() => written, { patienceMs: 60_000 })
  const answered = recorded(spool)
  await sleep(5)
  const { lastSeq, at } = spool.progress()
  write()
  await answered
  expect(lastSeq).toBe(0)
  expect(at.getTime()).toBeLessThan(Date.now())
  expect(spool.progress().lastSeq).toBe(1)
  expect(spool.waitedMs()).toBe(0)
  await spool[Symbol.asyncDispose]()
})

test('dropped numbers were answered', async () => {
  const { spool } = spooling(async () => {}, { maxBytes: 1 })
  await using _ = spool
  for (let i = 0; i < 2; i++) await recorded(spool)
  expect(spool.progress().lastSeq).toBe(2)
})

const orphan: OrphanDraft = {
  type: 'orphan',
  id: '0199b3a0-0000-7000-8000-000000000001',
  policyVersion: 2,
  bot: false,
  domain: '@',
  slug: 'misprint',
}

test('an unknown slug is kept in order with the clicks, and is none', async () => {
  const { spool, frames, kept } = spooling(async () => {})
  const first = recorded(spool)
  expect(spool.recordOrphan(orphan)).toBe(true)
  await Promise.all([first, recorded(spool)])
  await spool[Symbol.asyncDispose]()
  expect(frames().map((frame) => JSON.parse(String(frame.value)) as unknown)).toMatchObject([
    { type: 'click', seq: 1 },
    { ...orphan, seq: 2 },
    { type: 'click', seq: 3 },
  ])
  expect(kept).toEqual({ recorded: 2, undurable: 0, dropped: 0 })
})

test('unknown slugs take no room, and no number, that clicks may need', async () => {
  const { spool, frames, kept } = spooling(async () => {}, { maxBytes: 4000 })
  await using _ = spool
  let orphans = 0
  for (let i = 0; i < 50; i++) {
    if (spool.recordOrphan(orphan)) orphans += 1
    await sleep(0)
  }
  expect(orphans).toBeGreaterThan(0)
  for (let i = 0; i < 3; i++) await recorded(spool)
  expect(kept).toEqual({ recorded: 3, undurable: 0, dropped: 0 })
  expect(frames().map((frame) => frame.from)).toEqual(
    Array.from({ length: orphans + 3 }, (_, i) => i + 1),
  )
})

test('while the disk hangs, unknown slugs are not recorded', async () => {
  const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>()
  const { spool } = spooling(() => thawed)
  await recorded(spool)
  expect(spool.recordOrphan(orphan)).toBe(false)
  thaw()
  await spool[Symbol.asyncDispose]()
})

test('what was dropped is written down before an unknown slug that comes after it', async () => {
  const { spool, frames } = spooling(async () => {}, { maxBytes: 1 })
  for (let i = 0; i < 2; i++) await recorded(spool)
  spool.shipped(1e9)
  expect(spool.recordOrphan(orphan)).toBe(true)
  await spool[Symbol.asyncDispose]()
  expect(frames().map(({ from, to }) => [from, to])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
})

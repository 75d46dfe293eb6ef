import { afterAll, expect, test } from '@jest/globals'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import { createSegmentWriter } from './segment-writer.ts'
import { startShipping } from './ship-spools.ts'
import { segmentPath } from './spool-directory.ts'
import { encodeFrame } from './test-frame.ts'

const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-shipping-'))
afterAll(() => rmSync(scratch, { recursive: true }))

type Sent = {
  type: string
  n?: number
  from?: number
  to?: number
  closed?: boolean
  lastSeq?: number
  shippedSeq?: number
  spool?: string
}

/** A life of a process with small segments, shipping to a log that takes what `publish` lets through. */
async function life(
  root: string,
  publish: () => Promise<void> = async () => {},
  drainLimitMs = 5000,
) {
  const spool = uuidv7()
  const log: Sent[] = []
  const oldest = new Map<string, Date | undefined>()
  let seq = 0
  const failed = (error: unknown) => {
    throw error
  }
  const directory = join(root, spool)
  const writer = createSegmentWriter({
    directory,
    segmentBytes: 100,
    durability: 'process',
    failed,
  })
  const failures: unknown[] = []
  const shipping = startShipping({
    root,
    held: Promise.resolve(),
    earlier: () => {},
    oldest: (name, at) => oldest.set(name, at),
    spoolFailed: (error) => failures.push(error),
    checkpointFailed: (error) => failures.push(error),
    own: {
      spool,
      end: writer.end,
      inTurn: writer.inTurn,
      progress: () => ({ lastSeq: seq, at: new Date() }),
      moved: () => {},
    },
    publish: async (records) => {
      await publish()
      log.push(...records.map((record) => JSON.parse(String(record)) as Sent))
    },
    publishFailed: () => {},
    drainLimitMs: () => drainLimitMs,
  })
  return {
    spool,
    directory,
    failures,
    log,
    oldest,
    inTurn: writer.inTurn,
    clicks: () => log.filter((record) => record.type === 'click').map((record) => record.n),
    click: async () => {
      seq += 1
      const at = new Date().toISOString()
      await writer.append(encodeFrame(seq, seq, JSON.stringify({ type: 'click', n: seq, at })))
    },
    answerBeforeTheDisk: () => {
      seq += 1
    },
    writeDamaged: async () => await writer.append(encodeFrame(seq, seq, '{}').fill(255, 24)),
    stop: async () => {
      await shipping[Symbol.asyncDispose]()
      await writer[Symbol.asyncDispose]()
    },
  }
}

const root = () => mkdtempSync(join(scratch, 'root-'))

test('every click is shipped once and in order, over segments, and the spool is closed', async () => {
  const directory = root()
  const process = await life(directory)
  for (let i = 0; i < 20; i++) await process.click()
  await process.stop()
  expect(process.clicks()).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  expect(process.log.at(-1)).toMatchObject({ type: 'heartbeat', closed: true, lastSeq: 20 })
  expect(readdirSync(directory)).toEqual([])
})

test('a spool that is shipped goes when its writer has done what it had begun there', async () => {
  const process = await life(root())
  await process.click()
  const { promise, resolve } = Promise.withResolvers<void>()
  const there = process.inTurn(async () => {
    await promise
    return existsSync(process.directory)
  })
  const stopped = process.stop()
  while (process.log.at(-1)?.closed !== true) await sleep(1)
  await sleep(20) // in which it would be removed
  resolve()
  expect(await there).toBe(true)
  await stopped
  expect(existsSync(process.directory)).toBe(false)
})

test('a log that fails gets the same clicks again until it has them', async () => {
  let failures = 2
  const process = await life(root(), async () => {
    if (failures-- > 0) throw new Error('down')
  })
  await process.click()
  await process.stop()
  expect(process.clicks()).toEqual([1])
})

test('what a killed life left is shipped and closed by the next one', async () => {
  const directory = root()
  const killed = await life(directory, () => Promise.reject(new Error('down')), 1)
  for (let i = 0; i < 5; i++) await killed.click()
  await killed.stop()
  expect(readdirSync(directory)).toEqual([killed.spool])

  const next = await life(directory)
  await next.stop()
  expect(next.clicks()).toEqual([1, 2, 3, 4, 5])
  expect(next.log).toContainEqual(
    expect.objectContaining({ type: 'heartbeat', spool: killed.spool, closed: true, lastSeq: 5 }),
  )
  expect(existsSync(join(directory, killed.spool))).toBe(false)
})

test('damage in what a killed life left is reported by number, and the rest is shipped', async () => {
  const directory = root()
  const spool = uuidv7()
  mkdirSync(join(directory, spool))
  const frames = [1, 2, 3].map((n) => encodeFrame(n, n, JSON.stringify({ type: 'click', n })))
  frames[1]?.fill(255, 24, 26)
  const torn = encodeFrame(4, 4, '{}').subarray(0, 10)
  writeFileSync(segmentPath(join(directory, spool), 1), Buffer.concat([...frames, torn]))
  const next = await life(directory)
  await next.stop()
  expect(next.clicks()).toEqual([1, 3])
  expect(next.log).toContainEqual(
    expect.objectContaining({ type: 'dropped', spool, from: 2, to: 2 }),
  )
})

test('a checkpoint that cannot be written holds nothing up', async () => {
  const process = await life(root())
  await process.click()
  rmSync(join(process.directory, 'checkpoint'))
  mkdirSync(join(process.directory, 'checkpoint'))
  for (let i = 0; i < 10; i++) await process.click()
  await process.stop()
  expect(process.clicks()).toEqual(Array.from({ length: 11 }, (_, i) => i + 1))
  expect(process.failures.length).toBeGreaterThan(0)
  expect(existsSync(process.directory)).toBe(false)
})

test('a lost checkpoint makes no shipped click a dropped one', async () => {
  const directory = root()
  const spool = uuidv7()
  mkdirSync(join(directory, spool))
  // Segment 1, with the numbers 1 and 2, was shipped and removed.
  const frames = [3, 4].map((n) => encodeFrame(n, n, JSON.stringify({ type: 'click', n })))
  writeFileSync(segmentPath(join(directory, spool), 2), Buffer.concat(frames))
  writeFileSync(join(directory, spool, 'checkpoint'), 'rubbish')
  const next = await life(directory)
  await next.stop()
  expect(next.clicks()).toEqual([3, 4])
  expect(next.log.filter((record) => record.type === 'dropped')).toEqual([])
})

test('a spool that cannot be read holds up no other', async () => {
  const directory = root()
  const [broken, sound] = [uuidv7(), uuidv7()]
  mkdirSync(segmentPath(join(directory, broken), 1), { recursive: true })
  mkdirSync(join(directory, sound))
  const frame = encodeFrame(1, 1, JSON.stringify({ type: 'click', n: 1 }))
  writeFileSync(segmentPath(join(directory, sound), 1), frame)
  const next = await life(directory, undefined, 200)
  await next.stop()
  expect(next.clicks()).toEqual([1])
  expect(readdirSync(directory)).toEqual([broken])
})

test('damage to the last record of a killed life shows as a number that was heard of and is not closed', async () => {
  const directory = root()
  let isUp = true
  const killed = await life(
    directory,
    async () => {
      if (!isUp) throw new Error('down')
    },
    1,
  )
  for (let i = 0; i < 2; i++) await killed.click()
  killed.answerBeforeTheDisk()
  const heard = () => killed.log.filter(({ type }) => type === 'heartbeat').at(-1)?.lastSeq
  while (heard() !== 3) await sleep(20)
  isUp = false
  await killed.writeDamaged()
  await killed.stop()

  const next = await life(directory)
  await next.stop()
  const ofKilled = next.log.filter(({ spool }) => spool === killed.spool)
  expect(ofKilled).toMatchObject([{ type: 'heartbeat', closed: true, lastSeq: 2, shippedSeq: 2 }])
  expect(killed.clicks()).toEqual([1, 2])
})

test('the age of what waits is told until the log has it', async () => {
  const { promise: up, resolve: comeUp } = Promise.withResolvers<void>()
  const process = await life(root(), () => up)
  await process.click()
  while (process.oldest.get(process.spool) === undefined) await sleep(10)
  expect(process.clicks()).toEqual([])
  comeUp()
  await process.stop()
  expect(process.clicks()).toEqual([1])
  expect(process.oldest.get(process.spool)).toBeUndefined()
})

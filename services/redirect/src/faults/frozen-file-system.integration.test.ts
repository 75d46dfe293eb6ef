import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { openGround } from './test-ground.ts'
import { keptBy } from './test-metrics.ts'
import { mountFile, testWith, type OwnFileSystem } from './test-mount.ts'
import type { Visitors } from './test-visitors.ts'

jest.setTimeout(300_000)

const fault = 'frozen-file-system'
const description = 'the file system of the spool is frozen while visitors follow a link'
const frozenMs = full ? 30_000 : 3_000
const megabytes = 64
/** So few a second that the clicks of a whole freeze have room in memory. */
const calm = { visitors: 8, pauseMs: 25 }
const test = testWith(() => {
  const fileSystem = mountFile(megabytes)
  fileSystem.freeze()
  fileSystem.thaw()
  return fileSystem
})

/** Redirects answered in equal times before and during the freeze. */
async function frozen(crowd: Visitors, disk: OwnFileSystem) {
  await crowd.more(100)
  const answeredWithin = async (ms: number) => {
    const before = crowd.answered.length
    await sleep(ms)
    return crowd.answered.length - before
  }
  const before = await answeredWithin(frozenMs)
  disk.freeze()
  let during: number
  try {
    during = await answeredWithin(frozenMs)
  } finally {
    disk.thaw() // or the process could not even be killed
  }
  return { frozenSeconds: frozenMs / 1000, answeredBefore: before, answeredWhileFrozen: during }
}

test('a process that waits for its disk answers nobody while that is frozen', async () => {
  using disk = mountFile(megabytes)
  await using ground = await openGround(disk.directory)
  await using _ = await ground.startNaive('file')
  const crowd = ground.visitors(calm)
  const answers = await frozen(crowd, disk)
  await crowd.stop()
  recordGuardOff(fault, description, { ...answers, ...ground.inNaiveFile(crowd.answered) })
  expect(answers.answeredWhileFrozen).toBeLessThan(answers.answeredBefore / 10)
})

test('nobody waits for a frozen disk, and every click is on the log once it has thawed', async () => {
  using disk = mountFile(megabytes)
  await using ground = await openGround(disk.directory)
  const redirect = await ground.start()
  const crowd = ground.visitors(calm)
  const answers = await frozen(crowd, disk)
  const whileFrozen = await keptBy(redirect)
  await crowd.more(100)
  await crowd.stop()
  expect(await redirect.stop()).toBe(0)
  const { lostClicks: _, ...counts } = await ground.recount(crowd.answered)
  const { undurable } = whileFrozen
  recordRun(fault, description, { ...answers, ...counts, undurable })
  expect(answers.answeredWhileFrozen).toBeGreaterThan(answers.answeredBefore / 2)
  expect(undurable).toBeGreaterThan(answers.answeredWhileFrozen / 2)
  expect(counts).toMatchObject({ lost: 0, doubled: 0, dropped: 0, missing: 0 })
  expect(counts.stored).toBe(crowd.answered.length)
})

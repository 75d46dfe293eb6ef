import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { openGround } from './test-ground.ts'
import { keptBy } from './test-metrics.ts'
import { mountMemory, testWith } from './test-mount.ts'

jest.setTimeout(300_000)

const fault = 'spool-disk-full'
const description =
  'the click log is away until the disk of the spool, and then its memory, is full'
const megabytes = full ? 8 : 2
const test = testWith(() => mountMemory(megabytes))

test('a process that needs the disk for its answer refuses visitors once it is full', async () => {
  using disk = mountMemory(1)
  await using ground = await openGround(disk.directory)
  await using _ = await ground.startNaive('file')
  const crowd = ground.visitors()
  while (crowd.unanswered() === 0) await sleep(20)
  const before = crowd.answered.length
  const refusedBefore = crowd.unanswered()
  await sleep(1000)
  await crowd.stop()
  recordGuardOff(fault, description, {
    refused: crowd.unanswered(),
    answeredOnceFull: crowd.answered.length - before,
    ...ground.inNaiveFile(crowd.answered),
  })
  expect(crowd.unanswered()).toBeGreaterThan(refusedBefore)
})

test('every visitor is led on, what is dropped is numbered exactly, and room is used again', async () => {
  using disk = mountMemory(megabytes)
  await using ground = await openGround(disk.directory)
  const redirect = await ground.start()
  ground.gate.shut()
  const crowd = ground.visitors()
  while ((await keptBy(redirect)).dropped < 500) await crowd.more(500)
  ground.gate.open()
  const atItsWorst = await keptBy(redirect)
  while ((await keptBy(redirect)).recorded < atItsWorst.recorded + 500) await crowd.more(100)
  await crowd.stop()
  const kept = await keptBy(redirect)
  expect(await redirect.stop()).toBe(0)

  const { lostClicks: _, ...counts } = await ground.recount(crowd.answered)
  const { lost: absent, ...rest } = counts
  // Dropped clicks are not on the log, and are the only ones.
  const lost = absent - counts.dropped
  recordRun(fault, description, {
    ...rest,
    lost,
    answered: crowd.answered.length,
    unanswered: crowd.unanswered(),
    undurable: kept.undurable,
  })
  expect(crowd.unanswered()).toBe(0)
  expect(counts.dropped).toBe(kept.dropped)
  expect({ ...counts, lost }).toMatchObject({ lost: 0, doubled: 0, missing: 0 })
  expect(counts.stored + counts.dropped).toBe(crowd.answered.length)
})

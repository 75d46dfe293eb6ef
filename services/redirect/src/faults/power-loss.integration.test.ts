import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { openGround } from './test-ground.ts'
import { keptBy } from './test-metrics.ts'
import type { Synced } from './test-sync-journal.ts'

jest.setTimeout(300_000)

const fault = 'power-loss'
const description = 'of the spool only what fdatasync has brought to the disk survives the process'
const cuts = full ? 10 : 2

/** What is left of the files of a spool when the power goes; the checkpoint, which nobody syncs, now and then. */
function cutPower(spool: string, journal: string, keepCheckpoint: boolean): void {
  const synced = new Map<string, number>()
  for (const line of readFileSync(journal, 'utf8').trim().split('\n')) {
    if (line === '') continue
    const { file, size } = JSON.parse(line) as Synced
    synced.set(file, size)
  }
  for (const name of readdirSync(spool, { recursive: true })) {
    const file = join(spool, String(name))
    if (file.endsWith('.segment')) truncateSync(file, synced.get(file) ?? 0)
    if (file.endsWith('checkpoint') && !keepCheckpoint) truncateSync(file)
  }
}

/** Nothing is shipped before the power goes: what the disk does not have is lost. */
async function powerLost(durability: 'process' | 'strict', sync: 'as it is' | 'never') {
  await using ground = await openGround()
  const journal = join(ground.spool, '../journal')
  const preload = new URL('test-sync-journal.ts', import.meta.url)
  preload.search = String(new URLSearchParams({ journal, sync }))
  writeFileSync(journal, '')
  ground.gate.shut()
  const crowd = ground.visitors()
  const lostAt: number[] = []
  let undurable = 0
  for (let cut = 0; cut < cuts; cut++) {
    const redirect = await ground.start({ CLICK_DURABILITY: durability }, preload.href)
    await crowd.more(500 + Math.floor(Math.random() * 500))
    undurable += (await keptBy(redirect)).undurable
    await redirect.kill()
    lostAt.push(performance.timeOrigin + performance.now())
    cutPower(ground.spool, journal, cut % 2 === 0)
  }
  ground.gate.open()
  const last = await ground.start()
  await crowd.more(1)
  await crowd.stop()
  expect(await last.stop()).toBe(0)
  const { lostClicks, ...counts } = await ground.recount(crowd.answered)
  const ages = lostClicks.map(({ at }) => (lostAt.find((time) => time > at) ?? at) - at)
  return {
    durability,
    cuts,
    answered: crowd.answered.length,
    unanswered: crowd.unanswered(),
    undurable,
    oldestLostMs: Math.ceil(Math.max(0, ...ages)),
    ...counts,
  }
}

test('without fdatasync a power cut takes everything', async () => {
  const run = await powerLost('process', 'never')
  recordGuardOff(fault, description, run)
  // What was answered after the last cut is there.
  expect(run.lost).toBe(run.answered - run.stored)
  expect(run.stored).toBeLessThan(run.answered / 4)
})

test('by default a power cut takes the clicks of the last moment and no others', async () => {
  const run = await powerLost('process', 'as it is')
  recordRun(fault, description, run)
  expect(run).toMatchObject({ doubled: 0, missing: 0 })
  // 50 ms, and what a loaded machine adds; without the limit it would be all of them.
  expect(run.oldestLostMs).toBeLessThan(2_000)
  expect(run.lost).toBeLessThan(run.answered / 2)
})

test('with CLICK_DURABILITY=strict it takes none that the disk had been waited for', async () => {
  const run = await powerLost('strict', 'as it is')
  recordRun(fault, description, run)
  expect(run).toMatchObject({ doubled: 0, missing: 0 })
  expect(run.lost).toBeLessThanOrEqual(run.undurable)
})

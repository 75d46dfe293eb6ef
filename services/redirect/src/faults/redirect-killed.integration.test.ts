import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { openGround, type Ground } from './test-ground.ts'
import { keptBy } from './test-metrics.ts'
import type { RedirectProcess } from '../test-process.ts'

jest.setTimeout(300_000)

const fault = 'redirect-killed'
const description = 'redirect killed with SIGKILL again and again while visitors follow a link'
const kills = full ? 20 : 3
/** A disk that other tests keep busy for 20 ms would be a fault of its own. */
const memory = '/dev/shm'

/** Kills whatever `start` starts, at moments of its own choosing. */
async function killedAgainAndAgain(
  ground: Ground,
  start: () => Promise<RedirectProcess>,
  beforeKill: (process: RedirectProcess) => Promise<void> = async () => {},
) {
  let process = await start()
  const crowd = ground.visitors()
  for (let i = 0; i < kills; i++) {
    await crowd.more(300 + Math.floor(Math.random() * 300))
    await beforeKill(process)
    await process.kill()
    process = await start()
  }
  await crowd.more(100)
  await crowd.stop()
  expect(await process.stop()).toBe(0)
  const { lostClicks: _, ...counts } = await ground.recount(crowd.answered)
  return { kills, answered: crowd.answered.length, unanswered: crowd.unanswered(), ...counts }
}

test('without the spool, each kill loses what was in memory', async () => {
  await using ground = await openGround()
  const run = await killedAgainAndAgain(ground, () => ground.startNaive('memory'))
  recordGuardOff(fault, description, run)
  expect(run.lost).toBeGreaterThan(0)
})

test('with it, every redirect that had not to be answered before the disk is on the log exactly once', async () => {
  const spool = existsSync(memory) ? mkdtempSync(join(memory, 'sleepwell-fault-')) : undefined
  try {
    await using ground = await openGround(spool)
    let undurable = 0
    const run = await killedAgainAndAgain(ground, ground.start, async (process) => {
      undurable += (await keptBy(process)).undurable
    })
    recordRun(fault, description, { ...run, undurable })
    expect(run).toMatchObject({ doubled: 0, dropped: 0, missing: 0 })
    expect(run.lost).toBeLessThanOrEqual(undurable)
    expect(run.stored - run.answered).toBeLessThanOrEqual(run.unanswered)
  } finally {
    if (spool !== undefined) rmSync(spool, { recursive: true })
  }
})

import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { openGround, type Ground } from './test-ground.ts'
import type { RedirectProcess } from '../test-process.ts'

jest.setTimeout(300_000)

const fault = 'redirect-killed'
const description = 'redirect killed with SIGKILL again and again while visitors follow a link'
const kills = full ? 20 : 3

/** Kills whatever `start` starts, at moments of its own choosing. */
async function killedAgainAndAgain(ground: Ground, start: () => Promise<RedirectProcess>) {
  let process = await start()
  const crowd = ground.visitors()
  for (let i = 0; i < kills; i++) {
    await crowd.more(300 + Math.floor(Math.random() * 300))
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

test('with it, every answered redirect is on the log exactly once', async () => {
  await using ground = await openGround()
  const run = await killedAgainAndAgain(ground, ground.start)
  recordRun(fault, description, run)
  expect(run).toMatchObject({ lost: 0, doubled: 0, dropped: 0, missing: 0 })
  expect(run.stored - run.answered).toBeLessThanOrEqual(run.unanswered)
})

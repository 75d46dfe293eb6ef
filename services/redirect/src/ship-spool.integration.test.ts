import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import { openGround, type Ground } from './faults/test-ground.ts'
import { segmentPath } from './spool-directory.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))

interface Outcome {
  readonly code: number
  readonly stdout: string
}

/** The job, on the spool of this ground. */
async function ship(ground: Ground, settings: Record<string, string> = {}): Promise<Outcome> {
  const running = promisify(execFile)(process.execPath, ['src/ship-spool.ts', ground.spool], {
    cwd: folder,
    env: { CLICK_LOG_URL: ground.clickLogUrl, ...settings },
  })
  return await running.then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: Outcome) => error,
  )
}

/** Two lives of a redirect that were killed while the log was away, and what they have answered. */
async function abandoned(ground: Ground) {
  ground.gate.shut()
  const crowd = ground.visitors()
  for (let life = 0; life < 2; life++) {
    const redirect = await ground.start()
    await crowd.more(100)
    await redirect.kill()
  }
  await crowd.stop()
  return crowd
}

const spoolsIn = (directory: string) =>
  readdirSync(directory).filter((name) => /^[0-9a-f-]{36}$/u.test(name))

test('everything in an abandoned directory gets to the log once, and its spools are closed and gone', async () => {
  await using ground = await openGround()
  const crowd = await abandoned(ground)
  ground.gate.open()
  const { code, stdout } = await ship(ground)
  const { stored, lost, doubled, missing } = await ground.recount(crowd.answered)
  expect({ code, lost, doubled, missing }).toEqual({ code: 0, lost: 0, doubled: 0, missing: 0 })
  expect(stdout).toContain(`"spools":2,"clicks":${stored},"dropped":0`)
  expect(await ground.heartbeats()).toBe(2)
  expect(spoolsIn(ground.spool)).toEqual([])
  expect((await ship(ground)).stdout).toContain('"spools":0,"clicks":0')
})

test('damage costs what it hit, which is told by number; a spool that cannot be read holds up no other', async () => {
  await using ground = await openGround()
  const crowd = await abandoned(ground)
  const [first = ''] = spoolsIn(ground.spool)
  const segment = segmentPath(join(ground.spool, first), 1)
  writeFileSync(segment, readFileSync(segment).fill(255, 100, 101))
  const broken = uuidv7()
  mkdirSync(segmentPath(join(ground.spool, broken), 1), { recursive: true })
  ground.gate.open()
  const { code, stdout } = await ship(ground)
  expect(code).toBe(1)
  expect(stdout).toContain('"spools":2')
  expect(stdout).toContain(`not all was shipped: ${broken}`)
  expect(await ground.recount(crowd.answered)).toMatchObject({ lost: 1, dropped: 1, missing: 0 })
})

test('while a process has the directory, nothing is touched', async () => {
  await using ground = await openGround()
  ground.gate.shut()
  await ground.start()
  const crowd = ground.visitors()
  await crowd.more(10)
  await crowd.stop()
  const before = spoolsIn(ground.spool)
  const { code, stdout } = await ship(ground)
  expect(code).toBe(1)
  expect(stdout).toContain(`a process has ${ground.spool}`)
  expect(spoolsIn(ground.spool)).toEqual(before)
})

test('a log that stays away ends it in time, says so, and leaves everything to the next run', async () => {
  await using ground = await openGround()
  const crowd = await abandoned(ground)
  const { code, stdout } = await ship(ground, { SHIP_LIMIT_SECONDS: '1' })
  expect(code).toBe(1)
  expect(stdout).toContain('not all was shipped')
  ground.gate.open()
  expect((await ship(ground)).code).toBe(0)
  expect(await ground.recount(crowd.answered)).toMatchObject({ lost: 0, doubled: 0, missing: 0 })
})

test('a directory that is not there is not made', async () => {
  await using ground = await openGround()
  rmSync(ground.spool, { recursive: true, force: true })
  const { code, stdout } = await ship(ground)
  expect(code).toBe(1)
  expect(stdout).toContain('no such directory')
  expect(existsSync(ground.spool)).toBe(false)
})

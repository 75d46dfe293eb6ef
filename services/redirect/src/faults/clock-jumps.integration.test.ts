import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { newClickId } from '../click-id.ts'
import { openGround } from './test-ground.ts'

jest.setTimeout(300_000)

const fault = 'clock-jumps'
const description =
  'the clock of redirect jumps an hour ahead, two hours back, and to and fro by a second'
const hourMs = 3_600_000
const rounds = full ? 5 : 1
/** How wrong the clock is, in turn. */
const jumps = [hourMs, -hourMs, 0, 1000, -1000, 0]

test('ids made of the time alone come twice when it comes twice', async () => {
  const ids = (next: () => string) => Array.from({ length: 2_000 }, next)
  const at = Date.now()
  const clock = jest.spyOn(Date, 'now').mockReturnValue(at)
  try {
    let seq = 0
    const naive = ids(() => `${Date.now()}-${seq++}`)
    seq = 0 // as it begins anew with each millisecond
    clock.mockReturnValue(at + 1)
    ids(() => `${Date.now()}-${seq++}`)
    seq = 0
    clock.mockReturnValue(at)
    naive.push(...ids(() => `${Date.now()}-${seq++}`))
    const doubled = naive.length - new Set(naive).size
    recordGuardOff(fault, description, { ids: naive.length, lost: 0, doubled })
    expect(doubled).toBeGreaterThan(0)
    expect(new Set([...ids(newClickId), ...ids(newClickId)]).size).toBe(4_000)
  } finally {
    clock.mockRestore()
  }
})

test('clicks of every time are on the log once, links expire by the clock as it is, and nothing storms', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-clock-'))
  try {
    await using ground = await openGround()
    await ground.asOwner(
      `insert into links (id, owner_id, domain, slug, destination, expires_at)
       values (gen_random_uuid(), 'acme', '@', 'soon', 'https://example.com/', now() + interval '30 minutes')`,
    )
    const shift = join(scratch, 'shift')
    const preload = new URL('test-shifted-clock.ts', import.meta.url)
    preload.search = String(new URLSearchParams({ shift }))
    const startedAt = performance.now()
    const redirect = await ground.start({}, preload.href)
    const expiring = async () => {
      const answer = await fetch(`${redirect.visitors}/soon`, {
        redirect: 'manual',
        headers: { 'User-Agent': 'curl/8' },
      })
      return answer.status
    }
    expect(await expiring()).toBe(302)
    const crowd = ground.visitors({ pauseMs: 5 })
    const statuses: number[] = []
    let others = 1
    for (let round = 0; round < rounds; round++) {
      for (const jump of jumps) {
        writeFileSync(shift, String(jump))
        redirect.signal('SIGUSR2')
        await crowd.more(200)
        const status = await expiring()
        if (status === 302) others += 1
        statuses.push(status)
        await sleep(500)
      }
    }
    await crowd.stop()
    expect(await redirect.stop()).toBe(0)
    const seconds = (performance.now() - startedAt) / 1000
    const { lostClicks: _, ...counts } = await ground.recount(crowd.answered)
    const heartbeats = await ground.heartbeats()
    recordRun(fault, description, {
      jumps: rounds * jumps.length,
      answered: crowd.answered.length,
      heartbeats,
      seconds: Math.round(seconds),
      ...counts,
    })
    expect(statuses).toEqual(
      Array.from({ length: rounds }, () =>
        jumps.map((jump) => (jump === hourMs ? 410 : 302)),
      ).flat(),
    )
    expect(crowd.unanswered()).toBe(0)
    expect(counts).toMatchObject({ lost: 0, doubled: 0, dropped: 0, missing: 0 })
    expect(counts.stored).toBe(crowd.answered.length + others)
    // One each second by the time that really passes; an hour's worth would be thousands.
    expect(heartbeats).toBeLessThan(seconds + 3)
    expect(heartbeats).toBeGreaterThan(1)
  } finally {
    rmSync(scratch, { recursive: true })
  }
})

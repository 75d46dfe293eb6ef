import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, jest, test } from '@jest/globals'
import { createOverload, openOverload } from './overload.ts'
import type { Resolution } from './resolve-link.ts'
import { noRules } from './test-link.ts'

const link = {
  id: '0199b3a0-0000-7000-8000-000000000001',
  ownerId: 'acme',
  destination: 'https://example.com/',
  ...noRules,
  position: 1,
}

function waiting(...lateMs: readonly number[]) {
  const overload = createOverload()
  for (const ms of lateMs) overload.sampled(ms, 0)
  const shedOf = (known: Resolution | undefined) =>
    Array.from({ length: 1000 }, () => overload.sheds(known)).filter(Boolean).length
  return { level: overload.level(), shedOf }
}

test('while requests are read at once, nobody is turned away', () => {
  const { level, shedOf } = waiting(1, 1, 1)
  expect([level, shedOf(undefined), shedOf(link), shedOf('absent')]).toEqual([0, 0, 0, 0])
})

test('a single pause, however long, turns nobody away', () => {
  expect(waiting(1, 1, 1, 900).level).toBe(0)
  expect(waiting(900, 1, 900).level).toBe(0)
})

test('first, what would have to be loaded is shed', () => {
  const { level, shedOf } = waiting(30, 30, 30)
  expect([level, shedOf(undefined), shedOf(link), shedOf('absent')]).toEqual([1, 1000, 0, 0])
})

test('links that are known are shed last, and the more the longer the queue', () => {
  const long = waiting(100, 100, 100)
  expect([long.level, long.shedOf(undefined), long.shedOf('gone')]).toEqual([2, 1000, 1000])
  expect(long.shedOf({ expired: link })).toBe(1000)
  const shed = long.shedOf(link)
  expect(shed).toBeGreaterThan(0)
  expect(waiting(400, 400, 400).shedOf(link)).toBeGreaterThan(shed)
  expect(waiting(9e9, 9e9, 9e9).shedOf(link)).toBeLessThan(500)
})

test('who had nothing to do is late for other reasons', () => {
  const overload = createOverload()
  for (let i = 0; i < 3; i++) overload.sampled(100, 118)
  expect(overload.level()).toBe(0)
  for (let i = 0; i < 3; i++) overload.sampled(100, 20)
  expect(overload.standingMs()).toBe(80)
})

test('one timely sample, and everybody is answered again', () => {
  expect(waiting(100, 100, 100, 5).level).toBe(0)
})

/** Nothing else runs in this process. */
function blockFor(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test('a process is measured while it is asked', async () => {
  using overload = openOverload()
  let worst = 0
  for (let i = 0; i < 20; i++) {
    worst = Math.max(worst, overload.level())
    await sleep(1)
    blockFor(60)
  }
  expect(worst).toBeGreaterThan(0)
  // Forgotten as soon as nobody asks any more.
  while (overload.standingMs() !== 0) await sleep(5)
  expect(overload.level()).toBe(0)
})

test('a process whose processor is taken away turns nobody away', async () => {
  const file = fileURLToPath(new URL('test-asked-process.ts', import.meta.url))
  const asked = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: asked.stdout })[Symbol.asyncIterator]()
  await lines.next() // it runs
  for (let i = 0; i < 20; i++) {
    asked.kill('SIGSTOP')
    await sleep(60)
    asked.kill('SIGCONT')
    await sleep(3)
  }
  asked.stdin.end()
  const { value } = await lines.next()
  expect(JSON.parse(String(value))).toMatchObject({ level: 0 })
})

test('a process that nobody asks is not woken', () => {
  jest.useFakeTimers()
  try {
    using overload = openOverload()
    expect(jest.getTimerCount()).toBe(0)
    for (let visit = 0; visit < 2; visit++) {
      overload.level()
      expect(jest.getTimerCount()).toBe(1)
      jest.advanceTimersByTime(1_000)
      expect(jest.getTimerCount()).toBe(0)
    }
  } finally {
    jest.useRealTimers()
  }
})

import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { countingPolicyVersion } from '@sleepwell/contracts/click'
import {
  click,
  clicksStored,
  deadLetters,
  expectRollupsToBeRight,
  dayMs,
  noEnd,
  now,
  openCounting,
  recordsFrom,
  uuidv7At,
  type Counting,
} from './test-clicks.ts'

let counting: Counting
beforeEach(async () => {
  counting = await openCounting()
})
afterEach(async () => {
  await counting[Symbol.asyncDispose]()
})

test('poison in the middle is set aside as it is, and the rest is counted', async () => {
  const good = [click(), click()] as const
  const poison = [
    'not json at all',
    '[]',
    '{"type":"visit"}',
    JSON.stringify(click({ policyVersion: countingPolicyVersion + 1 })),
    JSON.stringify({ ...click(), linkId: 'x' }),
    JSON.stringify({ type: 'dropped', spool: randomUUID(), from: 3, to: 2, at: good[0].at }),
    JSON.stringify(click({ ownerId: 'o'.repeat(5000) })),
    JSON.stringify(click({ policyVersion: 0 })),
  ]
  await counting.deliver(0, recordsFrom(0, good[0], ...poison, good[1]))
  expect(await clicksStored(counting)).toHaveLength(2)
  const letters = await deadLetters(counting)
  expect(letters.map(({ reason }) => reason)).toEqual([
    'not_json',
    'wrong_shape',
    'unknown_type',
    'future_version',
    'wrong_shape',
    'wrong_shape',
    'wrong_shape',
    'wrong_shape',
  ])
  expect(letters.map(({ value }) => value.toString())).toEqual(poison)
})

test('bytes that are not UTF-8 are set aside as they are', async () => {
  const value = Uint8Array.of(123, 0, 255, 254)
  await counting.deliver(0, [{ offset: 0, value }, ...recordsFrom(1, click())])
  const [letter] = await deadLetters(counting)
  expect(letter?.reason).toBe('not_json')
  expect([...(letter?.value ?? [])]).toEqual([...value])
  expect(await clicksStored(counting)).toHaveLength(1)
})

test('NUL and half a surrogate pair in a text do not keep a click from being counted', async () => {
  const odd = click({ browser: 'a\0b', os: '\ud800', ownerId: 'o\0', country: '\udfff' })
  await counting.deliver(0, recordsFrom(0, odd, click({ referrerHost: '' })))
  expect(await clicksStored(counting)).toHaveLength(2)
  await expectRollupsToBeRight(counting)
})

test('what the database itself refuses is found and set aside alone', async () => {
  await counting.query(`alter table clicks add constraint cursed check (browser <> 'cursed')`)
  const clicks = Array.from({ length: 20 }, (_, i) => click(i === 13 ? { browser: 'cursed' } : {}))
  expect(await counting.deliver(0, recordsFrom(5, ...clicks))).toBe(25)
  expect(await clicksStored(counting)).toHaveLength(19)
  expect(await deadLetters(counting)).toMatchObject([{ offset: 18, reason: 'refused' }])
  await expectRollupsToBeRight(counting)
})

test('clicks outside the window are set aside, each once', async () => {
  const at = (time: number) => new Date(time).toISOString()
  const late = click({ at: at(now - 31 * dayMs) })
  const future = click({ at: at(now + 2 * dayMs) })
  const lateId = click({ id: uuidv7At(now - 40 * dayMs) })
  const edge = click({ at: at(now - 29 * dayMs) })
  await counting.deliver(0, recordsFrom(0, late, future, lateId, edge))
  await counting.deliver(1, recordsFrom(0, late, future))
  expect((await deadLetters(counting)).map(({ reason }) => reason)).toEqual([
    'late',
    'future',
    'late',
  ])
  expect(await clicksStored(counting)).toEqual([edge.id])
})

test('a click that was set aside as future is not counted when it is delivered again later', async () => {
  const early = click({ at: new Date(now + 2 * dayMs).toISOString() })
  await counting.deliver(0, recordsFrom(0, early))
  const later = counting.consumer({ now: () => now + 2 * dayMs })
  await later.startAt(1, noEnd)
  await later.handle(1, recordsFrom(0, early))
  expect(await clicksStored(counting)).toEqual([])
  expect(await deadLetters(counting)).toHaveLength(1)
})

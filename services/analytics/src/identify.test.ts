import { expect, test } from '@jest/globals'
import { keyFromSecret } from '@sleepwell/contracts/api-key'
import { createIdentify } from './identify.ts'
import type { StoredKey } from './key-table.ts'

const key = keyFromSecret('a'.repeat(32))
const stored: StoredKey = { keyId: 'k', ownerId: 'o', scopes: ['reports:read'], expiresAt: null }
const holder = { keyId: 'k', ownerId: 'o', scopes: ['reports:read'] }

/** Answers in turn; the last answer stays. */
function identifying(...answers: (StoredKey | 'absent' | Error)[]) {
  const asked: Buffer[] = []
  const clock = { now: 1_000_000 }
  const identify = createIdentify({
    findKey: async (hash) => {
      asked.push(hash)
      const answer = answers[Math.min(asked.length, answers.length) - 1] ?? 'absent'
      if (answer instanceof Error) throw answer
      return answer
    },
    now: () => clock.now,
  })
  return { identify, asked, clock }
}

const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })

test('a key is found by its SHA-256', async () => {
  const { identify, asked } = identifying(stored)
  expect(await identify(key)).toEqual(holder)
  expect(asked[0]).toHaveLength(32)
  expect(asked[0]?.toString()).not.toContain(key)
})

test('a mistyped key is refused without a query', async () => {
  const { identify, asked } = identifying(stored)
  expect(await identify(`${key.slice(0, -1)}_`)).toBe('unknown')
  expect(await identify(keyFromSecret('b'.repeat(32)).replace('bb', 'ba'))).toBe('unknown')
  expect(asked).toEqual([])
})

test('an unknown key is unknown, an expired one expired', async () => {
  expect(await identifying('absent').identify(key)).toBe('unknown')
  const { identify, clock } = identifying({ ...stored, expiresAt: new Date(1_000_001) })
  expect(await identify(key)).toEqual(holder)
  clock.now++
  expect(await identify(key)).toBe('expired')
})

test('every request reads its key, so a revoked one ends at once', async () => {
  const { identify } = identifying(stored, 'absent')
  expect(await identify(key)).toEqual(holder)
  expect(await identify(key)).toBe('unknown')
})

test('while the database is away a key is believed for 10 s, then nothing is known', async () => {
  const { identify, clock } = identifying(stored, away)
  expect(await identify(key)).toEqual(holder)
  clock.now += 10_000
  expect(await identify(key)).toEqual(holder)
  clock.now += 1
  expect(await identify(key)).toBe('unavailable')
})

test('a key that was revoked is not believed when the database goes away', async () => {
  const { identify } = identifying(stored, 'absent', away)
  await identify(key)
  await identify(key)
  expect(await identify(key)).toBe('unavailable')
})

test('a believed key expires all the same', async () => {
  const { identify, clock } = identifying({ ...stored, expiresAt: new Date(1_005_000) }, away)
  await identify(key)
  clock.now += 5_000
  expect(await identify(key)).toBe('expired')
})

test('what is no outage is no excuse', async () => {
  const { identify } = identifying(stored, new Error('permission denied'))
  await identify(key)
  await expect(identify(key)).rejects.toThrow('permission denied')
})

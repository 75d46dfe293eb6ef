import { expect, test } from '@jest/globals'
import { keyFromSecret } from '@sleepwell/contracts/api-key'
import { createLog } from '@sleepwell/runtime/log'
import { createAuthenticate, hashOfKey } from './authenticate.ts'
import type { PresentedKey } from './key-table.ts'

const log = createLog('test')
log.level = 'silent'
const key = keyFromSecret('0123456789abcdefghijABCDEFGHIJ01')
const stored: PresentedKey = {
  keyId: 'k',
  ownerId: 'acme',
  scopes: ['links:read'],
  requestsPerMinute: null,
  expired: false,
  justUsed: true,
}
const untouched = () => Promise.reject(new Error('touched'))

test('a key is found by its hash', async () => {
  const authenticate = createAuthenticate({
    findKey: async (hash) => (hash.equals(hashOfKey(key)) ? stored : 'absent'),
    touchKey: untouched,
    log,
  })
  expect(await authenticate(key)).toEqual({
    keyId: 'k',
    ownerId: 'acme',
    scopes: ['links:read'],
    requestsPerMinute: null,
  })
  expect(await authenticate(keyFromSecret('1'.repeat(32)))).toBe('unknown')
})

test('a mistyped key is refused without a query', async () => {
  const queries: Buffer[] = []
  const authenticate = createAuthenticate({
    findKey: async (hash) => {
      queries.push(hash)
      return stored
    },
    touchKey: untouched,
    log,
  })
  for (const wrong of [
    key.slice(0, -1),
    `${key}0`,
    key.replace('a', 'b'),
    'sw_',
    '',
    'x'.repeat(41),
  ])
    expect(await authenticate(wrong)).toBe('unknown')
  expect(queries).toEqual([])
})

test('an expired key is called expired, and not noted as used', async () => {
  const authenticate = createAuthenticate({
    findKey: async () => ({ ...stored, expired: true, justUsed: false }),
    touchKey: untouched,
    log,
  })
  expect(await authenticate(key)).toBe('expired')
})

test('a database that is away says nothing about a key', async () => {
  const authenticate = createAuthenticate({
    findKey: () => Promise.reject(new Error('Query read timeout')),
    touchKey: untouched,
    log,
  })
  expect(await authenticate(key)).toBe('unavailable')
})

test('a bug is not taken for an outage', async () => {
  const authenticate = createAuthenticate({
    findKey: () => Promise.reject(new TypeError('a bug')),
    touchKey: untouched,
    log,
  })
  await expect(authenticate(key)).rejects.toThrow('a bug')
})

test('noting the use of a key delays nobody, fails nobody, and is under way once', async () => {
  const touched: PromiseWithResolvers<void>[] = []
  const authenticate = createAuthenticate({
    findKey: async () => ({ ...stored, justUsed: false }),
    touchKey: () => {
      const write = Promise.withResolvers<void>()
      touched.push(write)
      return write.promise
    },
    log,
  })
  for (let i = 0; i < 3; i++) expect(await authenticate(key)).toMatchObject({ keyId: 'k' })
  expect(touched).toHaveLength(1)
  touched[0]?.reject(new Error('Query read timeout'))
  await new Promise((resolve) => setImmediate(resolve))
  expect(await authenticate(key)).toMatchObject({ keyId: 'k' })
  expect(touched).toHaveLength(2)
})

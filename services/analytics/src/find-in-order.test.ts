import { expect, test } from '@jest/globals'
import type { Server } from '@sleepwell/runtime/database-set'
import { findInOrder, upToDate } from './find-in-order.ts'

const key = { keyId: 'k' }

function servers(answers: Record<string, object | 'absent' | Error>) {
  const asked: string[] = []
  const list = Object.entries(answers).map(([name, answer]): Server => ({
    role: name === 'primary' ? 'primary' : 'replica',
    url: name,
    lagMs: () => 0,
    ask: async <T>() => {
      asked.push(name)
      if (answer instanceof Error) throw answer
      return answer as T
    },
  }))
  const find = (mayAskPrimary = true) =>
    findInOrder(
      list,
      () => Promise.reject(new Error('the servers answer by themselves')),
      () => mayAskPrimary,
    )
  return { find, asked }
}

test('the nearest server that answers is believed', async () => {
  const { find, asked } = servers({ near: new Error('down'), far: key, primary: key })
  expect(await find()).toBe(key)
  expect(asked).toEqual(['near', 'far'])
})

test('what has not reached a replica yet is found at the primary', async () => {
  const { find, asked } = servers({ near: 'absent', far: 'absent', primary: key })
  expect(await find()).toBe(key)
  expect(asked).toEqual(['near', 'primary'])
})

test('guessing does not reach the primary', async () => {
  const { find, asked } = servers({ near: 'absent', primary: key })
  expect(await find(false)).toBe('absent')
  expect(asked).toEqual(['near'])
})

test('without the primary an unknown key is unknown; without any server nothing is said', async () => {
  expect(await servers({ near: 'absent', primary: new Error('down') }).find()).toBe('absent')
  const none = servers({ near: new Error('first'), primary: new Error('down') })
  await expect(none.find()).rejects.toThrow('down')
})

test('a replica that lags is not asked about keys, the primary always is', () => {
  const behind = (role: Server['role'], lagMs: number): Server => ({
    role,
    url: `${role} ${lagMs}`,
    lagMs: () => lagMs,
    ask: () => Promise.reject(new Error('nobody is asked')),
  })
  const all = [behind('replica', 20_000), behind('replica', 20_001), behind('primary', 99_000)]
  expect(upToDate(all).map(({ url }) => url)).toEqual(['replica 20000', 'primary 99000'])
})

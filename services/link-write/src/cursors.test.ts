import { expect, test } from '@jest/globals'
import { createCursors } from './cursors.ts'

const key = Buffer.from('a secret that all processes share')
const cursors = createCursors(async () => key)
const place = { value: 1_764_423_372_000_123, id: '01936f1e-0000-7000-8000-000000000000' }
const list = ['links', 'acme', 'createdAt', 'desc', { archived: false }]

test('a cursor is read by whoever has the key, for the list that it is of', async () => {
  const cursor = await cursors.write(list, place)
  expect(cursor).toMatch(/^[\w-]+$/u)
  expect(await createCursors(async () => key).read(list, cursor)).toEqual(place)
  const slug = { ...place, value: 'spring' }
  expect(await cursors.read(list, await cursors.write(list, slug))).toEqual(slug)
})

test('for any other list, owner or key it is none', async () => {
  const cursor = await cursors.write(list, place)
  for (const other of [
    ['tags', ...list.slice(1)],
    ['links', 'rival', ...list.slice(2)],
    ['links', 'acme', 'updatedAt', 'desc', { archived: false }],
    ['links', 'acme', 'createdAt', 'asc', { archived: false }],
    ['links', 'acme', 'createdAt', 'desc', { archived: true }],
    [],
  ])
    expect(await cursors.read(other, cursor)).toBe('invalid')
  const stranger = createCursors(async () => Buffer.from('another'))
  expect(await stranger.read(list, cursor)).toBe('invalid')
})

test('whatever is changed in it, it is none', async () => {
  const cursor = await cursors.write(list, place)
  for (let at = 0; at < cursor.length; at++)
    for (const letter of ['A', '_', '=', ''])
      if (cursor[at] !== letter) {
        const changed = cursor.slice(0, at) + letter + cursor.slice(at + 1)
        expect(await cursors.read(list, changed)).toBe('invalid')
      }
  for (const text of ['', 'x', `${cursor}A`, ` ${cursor}`, 'é'])
    expect(await cursors.read(list, text)).toBe('invalid')
})

test('a key that could not be read is asked for again', async () => {
  let asked = 0
  const flaky = createCursors(async () => {
    asked += 1
    if (asked === 1) throw new Error('Query read timeout')
    return key
  })
  await expect(flaky.write(list, place)).rejects.toThrow('timeout')
  expect(await flaky.write(list, place)).toBe(await cursors.write(list, place))
  await flaky.write(list, place)
  expect(asked).toBe(2)
})

// What overload and scans ask of memory, without a load.
import { expect, test } from '@jest/globals'
import { link, resolving } from './test-resolver.ts'

test('a slug is known when memory, Redis or the feed knows of it, or while it is loaded', async () => {
  const { resolve, holds, changed, state } = resolving([link(1)])
  expect(await holds('@', 'home')).toBe(false)
  const loading = resolve()
  expect(await holds('@', 'home')).toBe(true)
  await loading
  expect(await holds('@', 'home')).toBe(true)
  expect(state.reads).toBe(1)
  const unknown = resolving(['absent'])
  await unknown.resolve()
  expect(await unknown.holds('@', 'home')).toBe(false)
  const created = resolving([link(1)])
  created.changed(1)
  expect(await created.holds('@', 'home')).toBe(true)
  const held = resolving([], { link: link(1), fresh: false, ageMs: 600_000 })
  expect(await held.holds('@', 'home')).toBe(true)
  changed(2)
  expect(await holds('@', 'home')).toBe(true)
})

test('a link that memory cannot vouch for is still remembered', async () => {
  const { resolve, remembered, state } = resolving([link(1)])
  expect(remembered('@', 'home')).toBeUndefined()
  await resolve()
  state.epoch += 1
  expect(remembered('@', 'home')).toEqual(link(1))
  const unknown = resolving(['absent'])
  await unknown.resolve()
  expect(unknown.remembered('@', 'home')).toBeUndefined()
})

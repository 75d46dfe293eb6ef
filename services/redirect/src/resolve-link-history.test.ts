// Whatever is away or behind: what a visitor was told is not taken back by something older.
import { expect, test } from '@jest/globals'
import { link, resolving } from './test-resolver.ts'

test('what was read is not taken back by an older change that comes later', async () => {
  const { resolve, changed, state } = resolving([link(3)])
  await resolve()
  changed(2, true)
  expect(await resolve()).toEqual(link(3))
  expect(state.reads).toBe(1)
})

test('what was answered is not followed by an older state, although the feed has heard of neither', async () => {
  const { resolve, state } = resolving([link(3), link(2)])
  await resolve()
  state.epoch += 1
  expect(await resolve()).toEqual(link(3))
  expect(state.reads).toBe(2)
})

test('what was answered is followed by an older state when nothing later was seen for ten minutes', async () => {
  const { resolve, state } = resolving([link(3), link(2)])
  await resolve()
  state.epoch += 1
  state.now += 10 * 60_000 + 1
  expect(await resolve()).toEqual(link(2))
})

test('when all databases are behind, the latest that anybody knows is served', async () => {
  const held = { link: link(2), fresh: false, ageMs: 0 }
  const { resolve, changed } = resolving([link(1)], held)
  changed(3)
  expect(await resolve()).toEqual(link(2))
})

test('when all databases are behind a deletion, nothing from before it is served', async () => {
  const { resolve, changed } = resolving([link(1)], { link: link(2), fresh: false, ageMs: 0 })
  changed(3, true)
  changed(4)
  expect(await resolve()).toBe('unavailable')
})

test('when all databases are behind a creation, that is not reported as absent', async () => {
  const { resolve, changed } = resolving(['absent'])
  changed(1)
  expect(await resolve()).toBe('unavailable')
})

test('a link in Redis that is older than the changes that are remembered is read again', async () => {
  const { resolve, flood } = resolving([link(2)], { link: link(1), fresh: true, ageMs: 10 })
  flood()
  expect(await resolve()).toEqual(link(2))
})

test('a link that was answered as deleted is not absent next, where the feed has heard of neither', async () => {
  const { resolve, state } = resolving([link(3, { deleted: true }), 'absent'])
  expect(await resolve()).toBe('gone')
  state.epoch += 1
  expect(await resolve()).toBe('gone')
})

test('what was in memory before a change is served rather than something older', async () => {
  const { resolve, changed } = resolving([link(2), link(1)])
  await resolve()
  changed(3)
  expect(await resolve()).toEqual(link(2))
})

test('a link that was in memory before its deletion is not served when that is forgotten', async () => {
  const { resolve, changed, flood, state } = resolving([link(1), 'unavailable'])
  await resolve()
  changed(3)
  changed(2, true)
  flood()
  state.epoch += 1
  expect(await resolve()).toBe('unavailable')
})

test('what Redis gave when no database answered is not followed by something older', async () => {
  const held = { link: link(2), fresh: false, ageMs: 0 }
  const { resolve, forgetShared } = resolving(['unavailable', link(1)], held)
  expect(await resolve()).toEqual(link(2))
  forgetShared()
  expect(await resolve()).toEqual(link(2))
})

test.each([
  ['memory', undefined],
  ['Redis', { link: link(1), fresh: true, ageMs: 0 }],
])(
  'what the feed calls blocked is not served from %s while no database answers',
  async (where, held) => {
    const { resolve, changed } = resolving(
      [where === 'memory' ? link(1) : 'unavailable', 'unavailable'],
      held,
    )
    expect(await resolve()).toMatchObject({ position: 1 })
    changed(2, false, true)
    expect(await resolve()).toBe('blocked')
  },
)

test('a link that is blocked no more is served', async () => {
  const { resolve, changed } = resolving([link(1), link(3)])
  await resolve()
  changed(2, false, true)
  changed(3)
  expect(await resolve()).toMatchObject({ position: 3, blocked: false })
})

test('what only a primary had that was lost is not served for ever', async () => {
  const { resolve, takeOver, state } = resolving([link(3), link(2)])
  await resolve()
  takeOver()
  state.now += 10 * 60_000 + 1
  expect(await resolve()).toEqual(link(2))
})

test('a link that Redis was told of before another primary took over is read again', async () => {
  const { resolve, takeOver, state } = resolving(['absent'], {
    link: link(3),
    fresh: true,
    ageMs: 10,
  })
  state.now = 1_000
  takeOver()
  expect(await resolve()).toBe('absent')
})

test('a link that Redis was told of after another primary took over is believed', async () => {
  const held = { link: link(3), fresh: true, ageMs: 10 }
  const { resolve, takeOver, state } = resolving(['absent'], held)
  takeOver()
  state.now = 1_000
  expect(await resolve()).toEqual(link(3))
})

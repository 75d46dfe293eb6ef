import { setImmediate } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { link, resolving, type Stored } from './test-resolver.ts'

test('memory answers while the feed vouches for it', async () => {
  const { resolve, state } = resolving([link(1)])
  await resolve()
  expect(await resolve()).toEqual(link(1))
  expect(state.reads).toBe(1)
})

test('a slug going viral costs one query', async () => {
  const { resolve, state } = resolving([link(1)])
  await Promise.all(Array.from({ length: 50 }, () => resolve()))
  expect(state.reads).toBe(1)
})

test('an unknown slug is asked for once', async () => {
  const { resolve, state } = resolving(['absent'])
  expect(await resolve()).toBe('absent')
  expect(await resolve()).toBe('absent')
  expect(state.reads).toBe(1)
})

test('an edit replaces what memory has', async () => {
  const { resolve, changed } = resolving([link(1), link(2)])
  await resolve()
  changed(2)
  expect(await resolve()).toEqual(link(2))
})

test('a read that stays behind the feed is answered but not remembered', async () => {
  const { resolve, changed, state } = resolving([link(1)])
  changed(2)
  expect(await resolve()).toEqual(link(1))
  await resolve()
  expect(state.reads).toBe(2)
})

test('a slug that was created after it was asked for resolves', async () => {
  const { resolve, changed } = resolving(['absent', link(2)])
  expect(await resolve()).toBe('absent')
  changed(2)
  expect(await resolve()).toEqual(link(2))
})

test('what the feed calls deleted is gone without a read', async () => {
  const { resolve, changed, state } = resolving([link(1)])
  changed(2, true)
  expect(await resolve()).toBe('gone')
  expect(state.reads).toBe(0)
})

test('a load that races a deletion does not resurrect the link', async () => {
  let changed = (_position: number, _deleted: boolean) => {}
  const racing = resolving([
    async () => {
      changed(2, true)
      return link(1)
    },
  ])
  changed = racing.changed
  expect(await racing.resolve()).toBe('gone')
  expect(await racing.resolve()).toBe('gone')
})

test('after the feed began anew each entry is compared on its next use', async () => {
  const { resolve, state } = resolving([link(1), link(2)])
  await resolve()
  state.epoch += 1
  expect(await resolve()).toEqual(link(2))
})

test('memory serves while no store answers, to the stale limit and no longer', async () => {
  const { resolve, state } = resolving([link(1), 'unavailable'])
  await resolve()
  state.epoch += 1
  state.feedAgeMs = 3_599_999
  expect(await resolve()).toEqual(link(1))
  state.feedAgeMs = 3_600_001
  expect(await resolve()).toBe('unavailable')
})

test('without the feed, links are compared with the store every ten seconds', async () => {
  const { resolve, state } = resolving([link(1), link(2)])
  await resolve()
  state.feedAgeMs = 5_000
  state.now = 9_000
  expect(await resolve()).toEqual(link(1))
  state.now = 11_000
  expect(await resolve()).toEqual(link(2))
})

test('an unknown slug is unavailable, not absent, while no store answers', async () => {
  const { resolve, state } = resolving(['absent', 'unavailable'])
  expect(await resolve('other')).toBe('absent')
  state.epoch += 1
  expect(await resolve('other')).toBe('unavailable')
})

test('time passes for a link in memory: it starts and expires without another read', async () => {
  const limits = { startsAt: 1_000_100, expiresAt: 1_000_200 }
  const { resolve, state } = resolving([link(1, limits)])
  const at = async (clock: number) => {
    state.clock = clock
    return await resolve()
  }
  expect(await at(1_000_099)).toBe('early')
  expect(await at(1_000_099)).toBe('early')
  expect(await at(1_000_100)).toEqual(link(1, limits))
  expect(await at(1_000_199)).toEqual(link(1, limits))
  expect(await at(1_000_200)).toEqual({ expired: link(1, limits) })
  expect(state.reads).toBe(1)
})

test('a blocked link is blocked, from the store and from memory; before its start, and once deleted, it does not say so', async () => {
  const { resolve } = resolving([link(1, { blocked: true })])
  expect(await resolve()).toBe('blocked')
  expect(await resolve()).toBe('blocked')
  const early = resolving([link(1, { blocked: true, startsAt: 1_000_001 })])
  expect(await early.resolve()).toBe('early')
  const deleted = resolving([link(1, { blocked: true, deleted: true, startsAt: 1_000_001 })])
  expect(await deleted.resolve()).toBe('gone')
})

test.each([
  ['early', { startsAt: 1_000_001 }],
  ['expired', { expiresAt: 1_000_000 }],
  ['blocked', { blocked: true }],
] as const)('%s holds for what is served while no database answers', async (why, rules) => {
  const held = { link: link(1, rules), fresh: false, ageMs: 600_000 }
  const expected = why === 'expired' ? { expired: held.link } : why
  expect(await resolving(['unavailable'], held).resolve()).toEqual(expected)
  const remembered = resolving([link(1, rules), 'unavailable'])
  await remembered.resolve()
  remembered.state.epoch += 1
  expect(await remembered.resolve()).toEqual(expected)
})

test('a deleted link is gone', async () => {
  const { resolve } = resolving([link(1, { deleted: true })])
  expect(await resolve()).toBe('gone')
})

test('a link that Redis holds is not asked of a database', async () => {
  const { resolve, state, put } = resolving([link(2)], { link: link(1), fresh: true, ageMs: 0 })
  expect(await resolve()).toEqual(link(1))
  expect(await resolve()).toEqual(link(1))
  expect(state.reads).toBe(0)
  expect(put).toEqual([])
})

test('what a database says is put into Redis, unless it is behind the feed or gone', async () => {
  const current = resolving([link(1)])
  await current.resolve()
  expect(current.put).toEqual([link(1)])
  const late = resolving([link(1)])
  late.changed(2)
  await late.resolve()
  expect(late.put).toEqual([])
  const gone = resolving([link(1, { deleted: true })])
  await gone.resolve()
  expect(gone.put).toEqual([])
})

test('a link in Redis that the feed knows to be changed is read anew', async () => {
  const { resolve, changed } = resolving([link(2)], { link: link(1), fresh: true, ageMs: 0 })
  changed(2)
  expect(await resolve()).toEqual(link(2))
})

test('an old link in Redis is only used when no database answers', async () => {
  const held = { link: link(1), fresh: false, ageMs: 0 }
  expect(await resolving([link(2)], held).resolve()).toEqual(link(2))
  expect(await resolving(['unavailable'], held).resolve()).toEqual(link(1))
})

test('without the feed Redis is not believed to be fresh', async () => {
  const { resolve, state } = resolving([link(2)], { link: link(1), fresh: true, ageMs: 0 })
  state.feedAgeMs = 5_000
  expect(await resolve()).toEqual(link(2))
})

test('a visitor waits no longer than the deadline, and gets what was known', async () => {
  const never = () => new Promise<Stored>(() => {})
  const { resolve, state, passDeadline } = resolving([link(1), never])
  await resolve()
  state.epoch += 1
  const waiting = resolve()
  const unknown = resolve('other')
  passDeadline()
  expect(await waiting).toEqual(link(1))
  expect(await unknown).toBe('unavailable')
})

test('while no database answers in time, a visitor gets what Redis holds', async () => {
  const never = () => new Promise<Stored>(() => {})
  const { resolve, passDeadline } = resolving([never], {
    link: link(1),
    fresh: false,
    ageMs: 600_000,
  })
  const waiting = resolve()
  await setImmediate() // Redis has answered
  passDeadline()
  expect(await waiting).toEqual(link(1))
  expect(await resolve()).toEqual(link(1))
})

test('who comes while a late load goes on is told what is known by then', async () => {
  const never = () => new Promise<Stored>(() => {})
  const { resolve, state, changed, passDeadline } = resolving([link(1), never])
  await resolve()
  state.epoch += 1
  const waiting = resolve()
  passDeadline()
  expect(await waiting).toEqual(link(1))
  changed(2, true)
  expect(await resolve()).toBe('gone')
})

test('what was read before a long pause of the process is not remembered', async () => {
  const { resolve, state } = resolving([
    async () => {
      state.now += 11 * 60_000
      return link(1)
    },
    link(2),
  ])
  await resolve()
  expect(await resolve()).toEqual(link(2))
})

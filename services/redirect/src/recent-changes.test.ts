import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createRecentChanges, linkKey, recentMs, type LinkChange } from './recent-changes.ts'

const change = (position: number, slug = 'home', deleted = false): LinkChange => ({
  position,
  domain: '@',
  slug,
  deleted,
  blocked: false,
  changedAt: 0,
})
const home = linkKey('@', 'home')

test('a change is news once', () => {
  const recent = createRecentChanges(() => 0)
  expect(recent.apply([change(1)])).toHaveLength(1)
  expect(recent.apply([change(1), change(2)])).toEqual([change(2)])
})

test('the highest position wins, in whatever order changes arrive', () => {
  const positions = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1 })
  fc.assert(
    fc.property(positions, (arrived) => {
      const recent = createRecentChanges(() => 0)
      for (const position of arrived) recent.apply([change(position, 'home', position % 2 === 0)])
      const last = Math.max(...arrived)
      expect(recent.of(home)).toMatchObject({ position: last, deleted: last % 2 === 0 })
    }),
  )
})

test('a slug that was re-created is alive again', () => {
  const recent = createRecentChanges(() => 0)
  recent.apply([change(2, 'home', true), change(3)])
  expect(recent.of(home)).toMatchObject({ position: 3, deleted: false })
})

test('changes are forgotten after more than ten minutes, and it is known how far back the rest reaches', () => {
  let now = 0
  const recent = createRecentChanges(() => now)
  recent.apply([change(1)])
  now = recentMs
  recent.apply([change(2, 'other')])
  expect(recent.of(home)).toMatchObject({ position: 1 })
  now = 2 * recentMs
  recent.apply([change(3, 'third')])
  expect(recent.of(home)).toBeUndefined()
  expect(recent.of(linkKey('@', 'other'))).toMatchObject({ position: 2 })
  expect(recent.reachBack(2 * recentMs - 1)).toBe(true)
  expect(recent.reachBack(2 * recentMs)).toBe(false)
})

test('a flood of changes is not remembered whole, and that is known', () => {
  let now = 0
  const recent = createRecentChanges(() => now, 100)
  for (let position = 1; position <= 1000; position++) {
    now = position
    expect(recent.apply([change(position, `slug-${position}`)])).toHaveLength(1)
  }
  expect([...recent.all()]).toHaveLength(100)
  expect(recent.reachBack(99)).toBe(true)
  expect(recent.reachBack(100)).toBe(false)
})

test('of a slug whose latest change is forgotten an earlier one is not taken for the latest', () => {
  const recent = createRecentChanges(() => 0, 2)
  recent.apply([change(10, 'home')])
  recent.apply([change(11, 'a'), change(12, 'b')])
  expect(recent.of(home)).toBeUndefined()
  // It is news all the same: what is in memory may be older still.
  expect(recent.apply([change(9, 'home', true)])).toHaveLength(1)
  expect(recent.of(home)).toBeUndefined()
  expect(recent.reachBack(0)).toBe(false)
})

test('a change that is repeated for an hour is news once, and stays known', () => {
  let now = 0
  const recent = createRecentChanges(() => now)
  let news = 0
  for (; now < 60 * 60_000; now += 60_000) news += recent.apply([change(1)]).length
  expect(news).toBe(1)
  expect(recent.of(home)).toMatchObject({ position: 1 })
})

test('the last deletion of a slug stays known when it lives again, in whatever order both arrive', () => {
  const deletion = change(2, 'home', true)
  for (const order of [
    [deletion, change(3)],
    [change(3), deletion],
  ]) {
    const recent = createRecentChanges(() => 0)
    for (const one of order) recent.apply([one])
    expect(recent.of(home)).toMatchObject({ position: 3, deleted: false, deletedUpTo: 2 })
  }
})

test('a change of a higher timeline tells that another primary has taken over', () => {
  let now = 0
  const recent = createRecentChanges(() => now)
  const onTimeline = (timeline: number, n: number) => change(timeline * 2 ** 40 + n)
  recent.apply([onTimeline(3, 1), onTimeline(3, 2)])
  expect(recent.takeover().count).toBe(0)
  now = 1
  recent.apply([onTimeline(4, 1)])
  now = 2
  recent.apply([onTimeline(3, 9), onTimeline(4, 2)])
  expect(recent.takeover()).toEqual({ count: 1, at: 1 })
})

test('a process that starts after a takeover notices it in the changes that it begins with', () => {
  const recent = createRecentChanges(() => 7)
  recent.apply([change(2 ** 41), change(2 ** 40)])
  expect(recent.takeover()).toEqual({ count: 1, at: 7 })
})

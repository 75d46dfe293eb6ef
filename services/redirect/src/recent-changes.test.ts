import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createRecentChanges, linkKey, recentMs, type LinkChange } from './recent-changes.ts'

const change = (position: number, slug = 'home', deleted = false): LinkChange => ({
  position,
  domain: '@',
  slug,
  deleted,
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

test('changes are forgotten after ten minutes, and a late repetition is only news again', () => {
  let now = 0
  const recent = createRecentChanges(() => now)
  recent.apply([change(1)])
  now = recentMs + 1
  recent.apply([change(2, 'other')])
  expect(recent.of(home)).toBeUndefined()
  expect(recent.of(linkKey('@', 'other'))).toMatchObject({ position: 2 })
})

test('a change that an open transaction repeats for an hour is news once, and stays known', () => {
  let now = 0
  const recent = createRecentChanges(() => now)
  let news = 0
  for (; now < 60 * 60_000; now += 60_000) news += recent.apply([change(1)]).length
  expect(news).toBe(1)
  expect(recent.of(home)).toMatchObject({ position: 1 })
})

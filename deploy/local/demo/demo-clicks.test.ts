import { expect, test } from '@jest/globals'
import { Click, OrphanClick } from '@sleepwell/contracts/click'
import { type DemoClick, demoClicks } from './demo-clicks.ts'
import { demoLinks } from './demo-links.ts'

const now = Date.parse('2026-03-20T13:37:00.000Z')
const dayMs = 86_400_000
const ownerId = 'me'
const targets = demoLinks.map((demo, i) => ({
  ...demo,
  linkId: `01a0e3c4-5d1f-7c3a-9a55-${String(i).padStart(12, '0')}`,
  ownerId,
}))
const clicks = [...demoClicks(targets, now)]
const count = (which: (click: DemoClick) => boolean) => clicks.filter(which).length

test('each is one that a redirect could have recorded, in the month before now', () => {
  const Any = [Click.omit({ spool: true, seq: true }), OrphanClick.omit({ spool: true, seq: true })]
  // A few hundred of tens of thousands.
  const some = clicks.filter(({ type }, i) => type === 'orphan' || i % 100 === 0)
  for (const click of some)
    expect([click, Any.some((schema) => schema.strict().safeParse(click).success)]).toEqual([
      click,
      true,
    ])
  const times = clicks.map(({ at }) => at)
  expect(times.join()).toBe(times.toSorted().join())
  expect(Date.parse(times[0] ?? '')).toBeGreaterThan(now - 30 * dayMs)
  expect(Date.parse(times.at(-1) ?? '')).toBeLessThan(now)
  expect(new Set(clicks.map(({ id }) => id)).size).toBe(clicks.length)
})

test('everybody sees the same month', () => {
  const [first] = demoClicks(targets, now)
  expect(first).toEqual(clicks[0])
  let again = 0
  for (const { id } of demoClicks(targets, now)) if (id === clicks[again]?.id) again++
  expect(again).toBe(clicks.length)
})

test('there are programs, unknown slugs, people who come twice, and a day like no other', () => {
  expect(count(({ bot }) => bot) / clicks.length).toBeCloseTo(0.11, 1)
  expect(count(({ type }) => type === 'orphan')).toBeGreaterThan(100)
  const visits = clicks.flatMap((click) =>
    click.type === 'click' && click.visitor !== undefined ? `${click.linkId} ${click.visitor}` : [],
  )
  expect(new Set(visits).size / visits.length).toBeLessThan(0.95)
  const byDay = new Map<string, number>()
  for (const { at } of clicks) byDay.set(at.slice(0, 10), (byDay.get(at.slice(0, 10)) ?? 0) + 1)
  const [first = 0, , third = 0] = [...byDay.values()].toSorted((a, b) => b - a)
  expect(first).toBeGreaterThan(2 * third)
})

test('links have slugs of their own, and are found again', () => {
  const slugs = demoLinks.map(({ link }) => link.slug)
  expect(new Set(slugs).size).toBe(slugs.length)
  expect(new Set(demoLinks.map(({ link }) => link.externalId)).size).toBe(slugs.length)
})

import { expect, test } from '@jest/globals'
import type { LiveClicks } from '@sleepwell/contracts/report'
import { minuteOf, openWindow, withClicks, withGap } from './live-window.ts'

const linkId = '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e11'
const clicks = (human: number, bot = 0): LiveClicks => ({
  at: '2026-03-08T12:00:00.000Z',
  dataThrough: null,
  totals: { human, bot, total: human + bot },
  links: [{ linkId, human, bot, total: human + bot }],
  linksOmitted: 0,
})

test('the last minute has what came within it', () => {
  let window = openWindow(0)
  window = withClicks(window, clicks(5, 1), 10_000)
  window = withClicks(window, clicks(2), 100_000)
  window = withClicks(window, clicks(1, 3), 100_400)
  const minute = minuteOf(window, 120_000, true)
  expect(minute).toMatchObject({ human: 3, bot: 3, seconds: 60 })
  expect(minute.bars.at(-21)).toBe(6)
  expect(minuteOf(window, 120_000, false).bars.at(-21)).toBe(3)
  expect(window.latest.map(({ human }) => human)).toEqual([1, 2, 5])
})

test('what is known for less than a minute does not pass for one', () => {
  const window = withClicks(openWindow(100_000), clicks(1), 105_000)
  const minute = minuteOf(window, 110_000, true)
  expect(minute.seconds).toBe(10)
  expect(minute.bars.filter((bar) => bar === undefined)).toHaveLength(49)
})

test('after a gap the minute begins anew', () => {
  const window = withGap(withClicks(openWindow(0), clicks(9), 100_000), 110_000)
  expect(minuteOf(window, 112_000, true)).toMatchObject({ human: 0, seconds: 2 })
  expect(window.gaps).toBe(1)
})

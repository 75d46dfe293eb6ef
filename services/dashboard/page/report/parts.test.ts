import { expect, test } from '@jest/globals'
import { changeOf, compareDays, sayChange, showChange } from './change.ts'
import { csvOf } from './csv.ts'
import { heatCells, heatLevel } from './heat-cells.ts'
import { sayHeat, saySeries, sayShares } from './sentences.ts'

const counts = (human: number, bot = 0) => ({ human, bot, total: human + bot, unique: human })
const point = (day: string, human: number) => ({
  key: `${day}T00:00:00+00:00`,
  at: Date.parse(`${day}T00:00:00Z`),
  ...counts(human),
})

test('a change is by what was there before', () => {
  expect([changeOf(12, 10), changeOf(5, 10), changeOf(0, 0), changeOf(3, 0)]).toEqual([
    0.2,
    -0.5,
    0,
    undefined,
  ])
  expect([0.2, -0.5, 0, undefined, 0.004, 39, -1].map((change) => showChange(change))).toEqual([
    '+20%',
    '−50%',
    '±0%',
    'new',
    '+0.4%',
    '×40',
    '−100%',
  ])
  expect([0.2, -0.5, 0, undefined].map((change) => sayChange(change))).toEqual([
    'up 20%',
    'down 50%',
    'unchanged',
    'up from none',
  ])
})

test('a day that is not over is compared with none', () => {
  expect(compareDays([5, 7, 1], [4, 4, 4], true)).toEqual({ now: 12, before: 8 })
  expect(compareDays([5, 7, 1], [4, 4, 4], false)).toEqual({ now: 13, before: 12 })
  expect(compareDays([5], [4], true)).toBeUndefined()
  expect(compareDays([5, 7], [], true)).toBeUndefined()
})

test('a chart says its sum, its change and its peak', () => {
  const points = [point('2026-03-07', 10), point('2026-03-08', 32)]
  expect(saySeries(points, 'day', 'human', 21)).toBe(
    '42 human clicks, up 100%. Peak: Sun, 8 Mar 2026, with 32.',
  )
  expect(saySeries([point('2026-03-07', 0)], 'day', 'total', 4)).toBe('No clicks in this time.')
})

test('a list says who leads, a heat map when', () => {
  const rows = [
    { name: 'Germany', count: 30 },
    { name: 'France', count: 10 },
  ]
  expect(sayShares(rows, 40, 'countries')).toBe('Germany leads of 2 countries with 30 clicks, 75%.')
  expect(sayShares([], 0, 'countries')).toBe('No clicks to tell countries apart by.')
  const cells = heatCells([{ key: '7-9', ...counts(4) }])
  expect(cells).toHaveLength(168)
  expect(sayHeat(cells, 'human')).toBe('Busiest: Sunday from 09:00, with 4 human clicks.')
  expect([0, 1, 25, 100].map((count) => heatLevel(count, 100))).toEqual([0, 1, 3, 5])
})

test('a spreadsheet gets text as text, whatever it begins with', () => {
  const rows = [
    ['=HYPERLINK("http://evil.example")', 1],
    ['a, "b"\nc', -2],
    [' @sum', 3],
  ]
  expect(csvOf(['title', 'clicks'], rows)).toBe(
    '\uFEFFtitle,clicks\r\n"\'=HYPERLINK(""http://evil.example"")",1\r\n"a, ""b""\nc",-2\r\n\' @sum,3\r\n',
  )
})

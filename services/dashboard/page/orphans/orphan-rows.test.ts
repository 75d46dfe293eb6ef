import { expect, test } from '@jest/globals'
import type { OrphanReport } from '@sleepwell/contracts/report'
import { orphanTable, shownOrphans } from './orphan-rows.ts'

const lastAt = '2026-03-07T18:12:44.120Z'
const row = (slug: string, human: number, bot: number) => ({
  slug,
  domain: '@',
  human,
  bot,
  total: human + bot,
  lastAt,
})

test('what only bots try is shown when bots are', () => {
  const rows = [row('wp-login', 0, 90), row('sprung', 2, 1), row('spring-sael', 5, 0)]
  const report = { rows } as unknown as OrphanReport
  expect(shownOrphans(report, false).map(({ slug }) => slug)).toEqual(['spring-sael', 'sprung'])
  expect(shownOrphans(report, true)).toHaveLength(3)
  expect(orphanTable(shownOrphans(report, false)).rows[0]).toEqual([
    'spring-sael',
    '@',
    5,
    0,
    lastAt,
  ])
})

import { expect, test } from '@jest/globals'
import { rangeToExport } from './range-to-export.ts'

test('whole days are exported, the last one too', () => {
  expect(rangeToExport('2026-03-08', '2026-03-08', 'America/New_York')).toEqual({
    from: '2026-03-08T05:00:00.000Z',
    to: '2026-03-09T04:00:00.000Z',
  })
})

test.each([
  ['nothing', '', ''],
  ['a year that is still being typed', '2026-03-01', '20260-03-02'],
  ['the year 10000', '12026-03-01', '12026-03-02'],
  ['backwards', '2026-03-02', '2026-03-01'],
  ['more than analytics takes', '2026-01-01', '2026-02-01'],
  ['no day', '2026-02-31', '2026-03-02'],
])('%s is no range', (_what, from, to) => {
  expect(rangeToExport(from, to, 'UTC')).toBeUndefined()
})

import { expect, test } from '@jest/globals'
import { csvOf } from '../report/csv.ts'
import { errorTable, hasReasons, withoutReasons } from './import-errors.ts'

const problem = { type: 'x', title: 'Another link has this slug', status: 409 } as const

test('the file of errors has each row as it was given, and why', () => {
  const table = errorTable([
    {
      row: 3,
      problem: { ...problem, code: 'slug_taken' },
      input: { slug: 'a', tags: ['b', 'c,d'] },
    },
    { row: 9, problem: { ...problem, code: 'slug_taken' }, input: { destination: 'x' } },
  ])
  expect(table.columns).toEqual(['row', 'code', 'reason', 'slug', 'tags', 'destination'])
  expect(table.rows).toEqual([
    [3, 'slug_taken', 'Another link has this slug', 'a', 'b,c\\,d', ''],
    [9, 'slug_taken', 'Another link has this slug', '', '', 'x'],
  ])
})

test('once its rows are mended it is a file that an import takes', () => {
  const { columns, rows } = errorTable([
    {
      row: 2,
      problem: {
        ...problem,
        code: 'invalid_body',
        errors: [{ pointer: '/x', message: 'a "b", c' }],
      },
      input: { title: 'Two, "twice"\nor more', preview: { title: 'T' }, maxClicks: 3 },
    },
    { row: 4, problem: { ...problem, code: 'slug_taken' }, input: { title: '' } },
  ])
  const file = csvOf(columns, rows)
  expect(hasReasons(file)).toBe(true)
  expect(withoutReasons(file)).toBe(
    'title,preview.title,maxClicks\r\n"Two, ""twice""\nor more",T,3\r\n,,\r\n',
  )
  expect(hasReasons('slug,row,code,reason\r\n')).toBe(false)
})

import { expect, test } from '@jest/globals'
import { errorTable } from './import-errors.ts'
import { faultsOf } from './faults.ts'

const problem = { type: 'x', title: 'Another link has this slug', status: 409 } as const

test('the file of errors has each row as it was given, and why', () => {
  const table = errorTable([
    { row: 3, problem: { ...problem, code: 'slug_taken' }, input: { slug: 'a', tags: ['b'] } },
    { row: 9, problem: { ...problem, code: 'slug_taken' }, input: { destination: 'x' } },
  ])
  expect(table.columns).toEqual(['row', 'code', 'reason', 'slug', 'tags', 'destination'])
  expect(table.rows).toEqual([
    [3, 'slug_taken', 'Another link has this slug', 'a', '["b"]', ''],
    [9, 'slug_taken', 'Another link has this slug', '', '', 'x'],
  ])
})

test('a refusal stands at the field that it is about', () => {
  expect(faultsOf({ problem: { ...problem, code: 'slug_taken' } })).toEqual({
    slug: 'Another link has this slug',
  })
  const errors = [{ pointer: '/utm/source', message: 'is too long' }]
  expect(faultsOf({ problem: { ...problem, code: 'invalid_body', errors } })).toEqual({
    utm: 'is too long',
  })
  expect(faultsOf({ problem: { ...problem, code: 'internal' } })).toEqual({})
  expect(faultsOf(new Error('x'))).toEqual({})
})

import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { plainArray, textArray } from './array-literal.ts'
import { openCounting, type Counting } from './test-clicks.ts'

let counting: Counting
beforeAll(async () => {
  counting = await openCounting()
})
afterAll(async () => {
  await counting[Symbol.asyncDispose]()
})

test('whatever the texts are, Postgres reads what was written', async () => {
  const storable = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''))
  const tricky = fc.constantFrom(null, '', 'NULL', 'null', '{}', '"', '\\', ',', ' ', 'a"b\\c,{d}')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(storable, tricky)), async (texts) => {
      const { rows } = await counting.pool.query('select $1::text[] as read', [textArray(texts)])
      expect(rows).toEqual([{ read: texts }])
    }),
  )
})

test('what needs no quotes is read as it is', async () => {
  const { rows } = await counting.pool.query(
    'select $1::int[] as numbers, $2::boolean[] as flags, $3::timestamptz[] as times',
    [plainArray([1, -2]), plainArray([true, false]), plainArray(['2026-01-31T00:00:00.123Z'])],
  )
  expect(rows).toEqual([
    { numbers: [1, -2], flags: [true, false], times: [new Date('2026-01-31T00:00:00.123Z')] },
  ])
})

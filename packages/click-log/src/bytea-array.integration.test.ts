import { expect, test } from '@jest/globals'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Pool } from 'pg'
import { byteaArray } from './bytea-array.ts'

test.each([
  ['none', []],
  ['one', [Buffer.from('a')]],
  [
    'empty and binary ones',
    [Buffer.alloc(0), Buffer.from([0, 255, 92, 34]), Buffer.alloc(70_000, 7)],
  ],
])('Postgres reads back what was sent: %s', async (_what, values) => {
  await using database = await openTestDatabase('analytics')
  const pool = new Pool({ connectionString: database.url('postgres') })
  try {
    const { rows } = await pool.query<{ back: Buffer[] }>('select $1::bytea[] as back', [
      byteaArray(values),
    ])
    expect(rows[0]?.back).toEqual(values)
  } finally {
    await pool.end()
  }
})

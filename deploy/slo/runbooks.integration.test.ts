import { expect, test } from '@jest/globals'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { refusedQueries } from './test-promtool.ts'
import { queriesIn, runbooks, statementsIn } from './test-runbooks.ts'

test('Prometheus understands every query of a runbook', () => {
  expect(refusedQueries(runbooks.flatMap(queriesIn))).toBe('')
})

test('what it does not understand would be seen', () => {
  expect(refusedQueries(['up', 'up =='])).toContain('query:1')
})

test('one of the two databases understands every statement of a runbook', async () => {
  await using links = await openTestDatabase('links')
  await using analytics = await openTestDatabase('analytics')
  const statements = runbooks.flatMap(statementsIn)
  expect(statements.length).toBeGreaterThan(10)
  const refused = [
    await refusedBy(links.url('postgres'), statements),
    await refusedBy(analytics.url('postgres'), statements),
  ]
  expect(statements.filter((one) => refused.every((by) => by.has(one)))).toEqual([])
  expect(await refusedBy(links.url('postgres'), ['select slag from links'])).toHaveProperty(
    'size',
    1,
  )
})

async function refusedBy(url: string, statements: readonly string[]): Promise<Set<string>> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const refused = new Set<string>()
    for (const statement of statements)
      await client.query(`explain ${statement}`).catch(() => refused.add(statement))
    return refused
  } finally {
    await client.end()
  }
}

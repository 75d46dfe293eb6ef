import { expect, test } from '@jest/globals'
import { queriesIn, runbooks } from './test-runbooks.ts'
import { refusedQueries } from './test-promtool.ts'

test('Prometheus understands every query of a runbook', () => {
  expect(refusedQueries(runbooks.flatMap(queriesIn))).toBe('')
})

test('what it does not understand would be seen', () => {
  expect(refusedQueries(['up', 'up =='])).toContain('query:1')
})

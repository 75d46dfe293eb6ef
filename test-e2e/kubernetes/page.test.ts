import { expect, test } from '@jest/globals'
import { sqlOfPage } from './page.ts'

test('the page makes both databases and every role, with passwords', () => {
  const statements = sqlOfPage('secret')
  expect(statements.filter((it) => it.startsWith('create database'))).toHaveLength(2)
  const roles = statements.filter((it) => it.startsWith('create role'))
  expect(roles).toHaveLength(5)
  for (const role of roles) expect(role).toMatch(/login password 'secret'$/u)
})

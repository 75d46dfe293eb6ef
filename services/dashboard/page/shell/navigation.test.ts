import { expect, test } from '@jest/globals'
import type { Scope } from '@sleepwell/contracts/api-key'
import { homeOf, missingScope, openEntries } from './navigation.ts'

const having =
  (...scopes: readonly Scope[]) =>
  (scope: Scope) =>
    scopes.includes(scope)
const labels = (...scopes: readonly Scope[]) =>
  openEntries(having(...scopes)).map(({ label }) => label)

test('a key is offered the pages that it opens', () => {
  expect(labels('links:read')).toEqual(['Links', 'Reliability', 'Settings'])
  expect(labels('reports:read')).toEqual(['Overview', 'Live', 'Orphans', 'Reliability', 'Settings'])
  expect(labels('keys:write')).toEqual(['Reliability', 'Keys', 'Settings'])
})

test('a page that a key does not open names the scope', () => {
  const may = having('links:read')
  expect(missingScope('live', may)).toBe('reports:read')
  expect(missingScope('keys', may)).toBe('keys:read')
  expect(missingScope('link', may)).toBeUndefined()
  expect(missingScope('absent', may)).toBeUndefined()
  expect(missingScope('link', having('reports:read'))).toBe('links:read')
})

test('whoever may not see reports begins elsewhere', () => {
  expect(homeOf(having('reports:read', 'links:read'))).toBe('/')
  expect(homeOf(having('links:read'))).toBe('/links')
})

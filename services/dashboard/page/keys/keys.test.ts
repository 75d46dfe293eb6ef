import { expect, test } from '@jest/globals'
import { scopes } from '@sleepwell/contracts/api-key'
import { stateOf } from './key-state.ts'
import { scopeWords } from './scopes.ts'

const now = Date.parse('2026-03-08T12:00:00Z')
const active = { revokedAt: null, expiresAt: null, previousUntil: null }

test('the page knows every scope', () => {
  expect(Object.keys(scopeWords).toSorted()).toEqual(scopes.toSorted())
})

test('a key says what will become of it', () => {
  expect(stateOf(active, now)).toEqual({ look: 'good', words: 'Active', ended: false })
  expect(stateOf({ ...active, expiresAt: '2026-03-10T12:00:00Z' }, now).words).toBe(
    'Expires in 2 days',
  )
  expect(stateOf({ ...active, expiresAt: '2026-03-08T12:00:00Z' }, now).ended).toBe(true)
  expect(stateOf({ ...active, previousUntil: '2026-03-08T13:30:00Z' }, now).words).toBe(
    'Old secret for 90 min more',
  )
  expect(stateOf({ ...active, revokedAt: '2026-03-01T00:00:00Z' }, now).words).toBe('Revoked')
})

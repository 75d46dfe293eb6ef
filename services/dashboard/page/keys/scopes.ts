import type { Scope } from '@sleepwell/contracts/api-key'

/** What each scope opens, for people. A test compares them with those that there are. */
export const scopeWords: Readonly<Record<Scope, string>> = {
  'links:read': 'See links',
  'links:create': 'Create links',
  'links:write': 'Change and delete links',
  'reports:read': 'See clicks',
  'keys:read': 'See keys',
  'keys:write': 'Create, rotate and revoke keys',
  'audit:read': 'See who changed what',
  admin: 'Everything, of every owner',
}

import type { AuditEntry } from '@sleepwell/contracts/audit'

const titles: Readonly<Record<string, string>> = {
  'link.created': 'Created',
  'link.updated': 'Edited',
  'link.blocked': 'Blocked',
  'link.unblocked': 'Unblocked',
  'link.deleted': 'Deleted',
  'link.restored': 'Restored',
}

export function titleOf({ action }: Pick<AuditEntry, 'action'>): string {
  return titles[action] ?? action
}

/** A field's value as people read it. */
export function showValue(value: unknown): string {
  if (value === null || value === '') return '(nothing)'
  if (value === true) return 'yes'
  if (value === false) return 'no'
  if (Array.isArray(value))
    return value.length === 0 ? '(nothing)' : value.map(showValue).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

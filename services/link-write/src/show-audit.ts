import type { AuditChange, AuditEntry } from '@sleepwell/contracts/audit'
import type { Key } from '@sleepwell/contracts/key'
import type { Link } from '@sleepwell/contracts/link'
import type { StoredEntry } from './audit-table.ts'
import type { StoredKey } from './key-table.ts'
import type { StoredLink } from './link-columns.ts'
import { showKey } from './show-key.ts'

export interface ShowEntriesDeps {
  readonly readLinkStates: (states: readonly object[]) => Promise<StoredLink[]>
  readonly readKeyStates: (states: readonly object[]) => Promise<StoredKey[]>
  readonly showLink: (link: StoredLink) => Link
}

export type ShowEntries = (entries: readonly StoredEntry[]) => Promise<AuditEntry[]>

/** What every change changes, and what follows from other fields. */
const leftOut: readonly (keyof Link | keyof Key)[] = [
  'id',
  'version',
  'createdAt',
  'updatedAt',
  'shortLink',
  'utm',
  'deletedAt',
]

/** Entries as the API shows them: states are compared as links and keys are shown, so that no field can be forgotten. */
export function createShowEntries(deps: ShowEntriesDeps): ShowEntries {
  const shownLinks = async (states: readonly object[]) =>
    (await deps.readLinkStates(states)).map(deps.showLink)
  const shownKeys = async (states: readonly object[]) =>
    (await deps.readKeyStates(states)).map(showKey)
  return async (entries) => {
    const statesOf = (kind: StoredEntry['subjectKind']) =>
      entries
        .filter(({ subjectKind }) => subjectKind === kind)
        .flatMap(({ before, after }) => (before === null ? [after] : [before, after]))
    const shown = {
      link: (await shownLinks(statesOf('link'))).values(),
      key: (await shownKeys(statesOf('key'))).values(),
    }
    return entries.map((entry) => {
      const next = (): object => shown[entry.subjectKind].next().value ?? {}
      const before = entry.before === null ? {} : next()
      return showEntry(entry, before, next())
    })
  }
}

function showEntry(entry: StoredEntry, before: object, after: object): AuditEntry {
  const { id, at, action, subjectId, ownerId, keyId, version } = entry
  const changes = changesOf(before, after)
  return { id, at: at.toISOString(), action, subjectId, ownerId, keyId, version, changes }
}

function changesOf(before: object, after: object): AuditChange[] {
  const was = new Map<string, unknown>(Object.entries(before))
  return Object.entries(after)
    .filter(([field]) => !leftOut.some((name) => name === field))
    .map(([field, value]) => ({ field, before: was.get(field) ?? null, after: value as unknown }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
    .map((change) => change as AuditChange)
}

// How much would be gone if a database were lost with all its servers now.
import type { Backups } from './backup-table.ts'
import { every } from './every.ts'

/** Made by `createInstruments` from a table that declares these. */
export interface BackupInstruments {
  readonly gauges: (
    name: 'database_backup_age_seconds' | 'database_archive_age_seconds',
    read: () => readonly (readonly [attributes: { readonly database: string }, value: number])[],
  ) => void
}

export interface BackupOptions {
  /** Its name in the numbers. */
  readonly database: string
  readonly read: () => Promise<Backups>
  readonly failed: (error: unknown) => void
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  readonly intervalMs?: number
}

/** Reports until disposed. Of what is not set up there is no number; what cannot be read any more grows older. */
export function observeBackups(
  instruments: BackupInstruments,
  { database, read, failed, now = Date.now, intervalMs = 15_000 }: BackupOptions,
): AsyncDisposable {
  let last: Backups = { backedUpAt: null, archivedAt: null }
  const ageOf = (moment: (backups: Backups) => Date | null) => () => {
    const at = moment(last)
    // Clocks of two machines differ.
    return at === null ? [] : [[{ database }, Math.max(0, now() - at.getTime()) / 1000] as const]
  }
  instruments.gauges(
    'database_backup_age_seconds',
    ageOf(({ backedUpAt }) => backedUpAt),
  )
  instruments.gauges(
    'database_archive_age_seconds',
    ageOf(({ archivedAt }) => archivedAt),
  )
  return every(
    intervalMs,
    async () => {
      last = await read()
    },
    failed,
  )
}

import type { Pool } from 'pg'

/** What a database knows of copies of itself elsewhere; null: nothing. */
export interface Backups {
  /** When the newest base backup was complete. */
  readonly backedUpAt: Date | null
  /** When its server last archived a segment of WAL. */
  readonly archivedAt: Date | null
}

/**
 * Asked of a primary, which is who archives. Before its first segment, and after a crash, which takes the statistics of a
 * server along, it counts from when those begin.
 */
export async function findBackups(postgres: Pool): Promise<Backups> {
  const { rows } = await postgres.query<Backups>({
    name: 'find_backups',
    text: `
      select (select max(completed_at) from backups) as "backedUpAt",
        case when current_setting('archive_mode') <> 'off'
          then coalesce(last_archived_time, stats_reset, pg_postmaster_start_time())
        end as "archivedAt"
      from pg_stat_archiver`,
  })
  return rows[0] ?? { backedUpAt: null, archivedAt: null }
}

// Nothing is lost yet when one of these fires: what every server holds is still there. So they are tickets, which leaves a day or
// two until the disk of the primary is full of what is not archived.
import type { Alert } from './alert.ts'

const backups = { service: 'platform', dashboard: 'dependencies', severity: 'ticket' } as const

export const backupAlerts: readonly Alert[] = [
  {
    ...backups,
    name: 'BackupOld',
    when: 'the newest base backup of a database is older than 26 h',
    // Every process reads the same record: one that cannot read it does not know better.
    expr: (d) => `min by (database) (database_backup_age_seconds) > ${d.seconds('26h')}`,
    lasting: '15m',
    summary:
      'The newest base backup of {{ $labels.database }} is {{ $value | humanizeDuration }} old',
    why: 'One is made each night. The older it is, the longer a restore takes, and the more WAL it must find whole.',
  },
  {
    ...backups,
    name: 'WalArchiveOld',
    when: 'the server of a database has archived no WAL for 15 min',
    expr: (d) => `min by (database) (database_archive_age_seconds) > ${d.seconds('15m')}`,
    lasting: '2m',
    summary: 'WAL of {{ $labels.database }} was last archived {{ $value | humanizeDuration }} ago',
    why: 'What was written since is on its servers alone, and each minute takes 16 MB of the disk of the primary.',
  },
]

import { ageing, type AlertCase, holdingEvery } from './test-alert-case.ts'

/** Of what takes a day. */
const steps = { scrape: 60, evaluate: 60 }
const holding = holdingEvery(steps.scrape)
const hour = 3_600
const backup = (instance: string) =>
  `database_backup_age_seconds{instance="${instance}",database="links"}`
const archive = (instance: string) =>
  `database_archive_age_seconds{instance="${instance}",database="links"}`
const links = { database: 'links' }

export const backupCases: readonly AlertCase[] = [
  {
    alert: 'BackupOld',
    when: 'the last backup of links is older than a day and two hours, although that of analytics is not',
    steps,
    series: {
      [backup('a')]: holding([25 * hour, '1h'], [27 * hour, '1h']),
      'database_backup_age_seconds{instance="b",database="analytics"}': holding([2 * hour, '2h']),
    },
    notYetAt: '70m',
    at: '80m',
    firing: [{ labels: links, summary: 'The newest base backup of links is 1d 3h 0m 0s old' }],
  },
  {
    alert: 'BackupOld',
    when: 'one process could not read of the last one, and another could',
    steps,
    series: {
      [backup('a')]: holding([27 * hour, '2h']),
      [backup('b')]: holding([3 * hour, '2h']),
    },
    at: '110m',
  },
  {
    alert: 'BackupOld',
    when: 'the nightly one takes an hour and a half longer than the last time',
    steps,
    series: { [backup('a')]: holding([25.5 * hour, '2h']) },
    at: '110m',
  },
  {
    alert: 'BackupOld',
    when: 'backups are not set up',
    steps,
    series: { [archive('a')]: holding([30, '2h']) },
    at: '110m',
  },
  {
    alert: 'WalArchiveOld',
    when: 'no segment has been archived for a quarter of an hour',
    series: { [archive('a')]: ageing(0, '20m') },
    notYetAt: '16m',
    at: '18m',
    firing: [{ labels: links, summary: 'WAL of links was last archived 18m 0s ago' }],
  },
  {
    alert: 'WalArchiveOld',
    when: 'it was as long, and then one was',
    series: { [archive('a')]: `${ageing(0, '16m')} ${ageing(0, '4m')}` },
    at: '18m',
  },
  {
    alert: 'WalArchiveOld',
    when: 'a segment takes ten minutes each time',
    series: { [archive('a')]: `${ageing(0, '10m')} ${ageing(0, '10m')}` },
    at: '19m',
  },
]

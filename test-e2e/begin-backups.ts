import { until } from './api.ts'
import type { System } from './system.ts'

/** As on a server that is backed up: its log goes to an archive, which is nowhere here, and a copy of it was made just now. */
export async function beginBackups(system: System): Promise<void> {
  await system.query('links', 'alter system set archive_mode = on')
  await system.query('links', `alter system set archive_command = 'true'`)
  process.kill(system.pidOf('postgres'), 'SIGINT') // Its supervisor starts it again: only then it archives.
  await until(() => archives(system), Boolean)
  for (const [database, service] of [
    ['links', 'link-write'],
    ['analytics', 'analytics'],
  ] as const) {
    await system.query(database, `insert into backups values ('begun', 'full', now())`)
    await until(
      () => system.metricsOf(service),
      (numbers) =>
        ['backup', 'archive'].every((what) =>
          numbers.includes(`\ndatabase_${what}_age_seconds{database="${database}"`),
        ),
    )
  }
}

async function archives(system: System): Promise<boolean> {
  try {
    const [{ mode } = {}] = await system.query<{ mode: string }>(
      'links',
      `select current_setting('archive_mode') as mode`,
    )
    return mode === 'on'
  } catch {
    return false // Between its end and its start.
  }
}

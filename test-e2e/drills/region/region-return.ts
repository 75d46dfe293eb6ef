// What a person does when the lost region is there again, as docs/disaster-recovery.md has it.
import { createLink } from '../../api.ts'
import type { Access } from '../../system.ts'
import { waitFor } from '../wait-for.ts'
import { change } from './lag-writes.ts'
import type { LostChange } from './region-commands.ts'
import type { Region } from './region.ts'

/** Its Postgres, which already runs as a standby that cannot follow, loses what the new primary never had, and then follows it. */
export async function bringBack(lost: Region, primary: Region): Promise<void> {
  await lost.links.stop()
  // Until then pg_rewind (15) takes the new primary for one of the old timeline, and does nothing.
  await primary.links.query('postgres', 'checkpoint')
  await lost.links.rewind(primary.links)
  await lost.links.start(primary.links)
  const follows = async () =>
    (
      await lost.links.query(
        'postgres',
        `select from pg_stat_wal_receiver where status = 'streaming'`,
      )
    ).length === 1
  await waitFor(`${lost.name} follows ${primary.name}`, follows, () => '')
  await lost.open()
}

/** By the API, as any other change: a link that somebody has made or edited since is not touched by a deletion that came first. */
export async function reimport(access: Access, changes: readonly LostChange[]): Promise<void> {
  for (const { change: kind, slug, lost, kept } of changes) {
    if (kind === 'deleted') await change(access, 'DELETE', kept?.id)
    else if (kind === 'edited')
      await change(access, 'PATCH', kept?.id, { destination: lost?.destination })
    else await createLink(access, lost?.destination ?? '', { slug })
  }
}

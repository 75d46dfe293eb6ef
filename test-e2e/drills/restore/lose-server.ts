// The first disaster: the server of both databases is gone, with its disk, and there is no replica. What comes back is what the
// repository has.
import type { Violation } from '../check-evidence.ts'
import { waitFor } from '../wait-for.ts'
import type { Write } from '../evidence.ts'
import type { Writers } from '../writers.ts'
import { judgeRestored, type Restore } from './judge-restored.ts'
import type { Scene } from './scene.ts'
import { type ArchiveWatch, openArchiveWatch } from './watch-archive.ts'

export interface Loss {
  readonly struck: Date
  readonly struckAt: number
  /** What writers have done, with what became of it. */
  readonly history: readonly Write[]
  readonly violations: readonly Violation[]
  readonly blindTo: readonly Violation['kind'][]
  /** Who writes since. */
  readonly next: Writers
}

/** After 60 s, or when it is full, a segment is archived: at the worst moment, or nearly. */
const worst = { ageMs: 55_000, filled: 0.95 }

/** @param writers at work since before */
export async function loseServer(scene: Scene, writers: Writers): Promise<Loss> {
  const { postgres, say, note } = scene
  await backUp(scene)
  await using watch = await openArchiveWatch(postgres)
  say('waiting for the worst moment: right before a segment of WAL is archived')
  await worstMoment(scene, watch)

  const struck = new Date()
  const struckAt = performance.now()
  say('the server is lost: SIGKILL, and its data is deleted')
  await postgres.destroy()
  const [writes, next] = [await writers.stop(0), scene.write('later')]
  const { lastSegment = '' } = await postgres.info()
  const { restoredMs, upMs } = await postgres.restore()
  const restore: Restore = {
    writes,
    links: await postgres.query(
      'links',
      `select slug, destination from links where deleted_at is null and slug like 'written-%'`,
    ),
    archivedAt: watch.writtenBefore(lastSegment),
    lostAt: struckAt,
    backAt: performance.now(),
  }
  const { history, violations, lostWrites, lostMs } = judgeRestored(restore)
  note('youngestArchivedSeconds', (struckAt - restore.archivedAt) / 1000)
  note('restoreSeconds', restoredMs / 1000)
  note('writableAfterSeconds', upMs / 1000)
  note('lostWrites', lostWrites)
  note('lostWritesSeconds', lostMs / 1000)
  say(`back after ${(upMs / 1000).toFixed(1)} s, without the last ${lostWrites} writes`)
  return { struck, struckAt, history, violations, blindTo: blindTo(restore), next }
}

async function worstMoment({ pass }: Scene, watch: ArchiveWatch): Promise<void> {
  const before = watch.archived()
  while (watch.archived() === before) await pass(50)
  for (let [archived, since] = [watch.archived(), performance.now()]; ; await pass(50)) {
    if (watch.archived() !== archived) [archived, since] = [watch.archived(), performance.now()]
    if (performance.now() - since > worst.ageMs || watch.filled() > worst.filled) return
  }
}

async function backUp({ postgres, system, say, note }: Scene): Promise<void> {
  say('a full backup, under load')
  const startedAt = performance.now()
  await postgres.backUp('full')
  note('backupSeconds', (performance.now() - startedAt) / 1000)
  const { backups } = await postgres.info()
  note('databaseMegabytes', (backups.at(-1)?.databaseBytes ?? 0) / 1e6)
  note('backupMegabytes', (backups.at(-1)?.bytes ?? 0) / 1e6)
  for (const [database, service] of [
    ['links', 'link-write'],
    ['analytics', 'analytics'],
  ] as const) {
    await postgres.record(database)
    const age = new RegExp(`^database_backup_age_seconds\\{database="${database}"`, 'mu')
    const isKnown = async () => age.test(await system.metricsOf(service))
    await waitFor(`the age of the backup at ${service}`, isKnown, system.output)
  }
}

/** A link that is in the archive, and leads elsewhere: if that is not seen, the rest says nothing. */
function blindTo(restore: Restore): Violation['kind'][] {
  const archived = restore.writes.find(
    ({ acknowledgedAt = Infinity }) => acknowledgedAt < restore.archivedAt,
  )
  const others = restore.links.filter(({ slug }) => slug !== archived?.slug)
  const planted = { slug: archived?.slug ?? '', destination: 'https://example.com/planted' }
  const found = judgeRestored({ ...restore, links: [...others, planted] }).violations
  return found.some(({ kind, what }) => kind === 'lost write' && what.includes(planted.slug))
    ? []
    : ['lost write']
}

// The second disaster: every server is well, and has faithfully deleted everything. No replica helps; the databases are put back
// to the moment before.
import { existsSync, globSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { follow } from '../../api.ts'
import type { Violation } from '../check-evidence.ts'
import type { Evidence, Read, Write } from '../evidence.ts'
import type { Scene } from './scene.ts'

export interface Deletion {
  /** Of every link: deleted, and there again. */
  readonly history: readonly Write[]
  readonly violations: readonly Violation[]
  /** From then on no visitor may hear that a link is gone. */
  readonly leadOnAt: number
}

/** Until somebody has noticed. */
const noticedMs = 5_000
/** If they do not lead on by then, the drill says so. */
const patienceMs = 120_000
/** Of the links that everybody follows. */
const asked = 100

/** While nobody writes. */
export async function deleteEverything(scene: Scene): Promise<Deletion> {
  const { postgres, say, pass, note } = scene
  const then = await livingLinks(scene)
  const [{ moment } = { moment: '' }] = await postgres.query<{ moment: string }>(
    'links',
    'select clock_timestamp()::text as moment',
  )
  await pass(1_000)
  say(`somebody deletes ${then.length} links, after ${moment}`)
  const deletedFrom = performance.now()
  await postgres.query('links', deleteAll)
  const deletedAt = performance.now()
  await pass(noticedMs)
  await archiveAll(scene)

  say('the databases are put back to the moment before')
  const startedAt = performance.now()
  await postgres.destroy()
  const { upMs } = await postgres.restore(moment)
  const backAt = performance.now()
  note('backInTimeAfterSeconds', upMs / 1000)
  const violations = differences(then, await livingLinks(scene))
  await forgetDeletions(scene)
  await untilTheyLeadOn(scene, then)
  const leadOnAt = performance.now()
  note('leadOnAfterSeconds', (leadOnAt - startedAt) / 1000)
  const change = (from: number, to: number, destination: (of: string) => string | null) =>
    then.map((link) => ({
      slug: link.slug,
      destination: destination(link.destination),
      start: from,
      acknowledgedAt: to,
      tries: 0,
    }))
  return {
    history: [
      ...change(deletedFrom, deletedAt, () => null),
      ...change(startedAt, backAt, (destination) => destination),
    ],
    violations,
    leadOnAt,
  }
}

/** As link-write does it with one. */
const deleteAll = `
  with change as (
    insert into link_changes (position, domain, slug, deleted)
    select next_link_position(), domain, slug, true from links where deleted_at is null
    returning position, domain, slug
  )
  update links set deleted_at = now(), position = change.position
  from change
  where links.domain = change.domain and links.slug = change.slug and deleted_at is null`

async function livingLinks({ postgres }: Scene): Promise<Evidence['links']> {
  return await postgres.query(
    'links',
    'select slug, destination from links where deleted_at is null',
  )
}

/** In a minute Postgres does it by itself. */
async function archiveAll({ postgres, pass }: Scene): Promise<void> {
  const [row] = await postgres.query<{ segment: string }>(
    'postgres',
    'select pg_walfile_name(pg_switch_wal()) as segment',
  )
  while (((await postgres.info()).lastSegment ?? '') < (row?.segment ?? '')) await pass(100)
}

/** Visitors who were told after all that a link is gone. */
export function stillGone(reads: readonly Read[], leadOnAt: number): Violation[] {
  return reads
    .filter(({ slug, start, answer }) => start > leadOnAt && answer === 'absent' && isStable(slug))
    .map(({ slug }) => ({ kind: 'late 404' as const, what: slug }))
}

function differences(then: Evidence['links'], now: Evidence['links']): Violation[] {
  const before = new Map(then.map(({ slug, destination }) => [slug, destination]))
  const after = new Map(now.map(({ slug, destination }) => [slug, destination]))
  return [
    ...[...before]
      .filter(([slug, destination]) => after.get(slug) !== destination)
      .map(([slug]) => ({ kind: 'lost write' as const, what: `${slug}: not as it was then` })),
    ...[...after.keys()]
      .filter((slug) => !before.has(slug))
      .map((what) => ({ kind: 'resurrected link' as const, what })),
    ...(after.size === now.length ? [] : [{ kind: 'doubled link' as const, what: 'some of them' }]),
  ]
}

/**
 * A process that has told visitors that a link is gone says so for ten minutes and longer, and so does its next life, which reads of it on
 * disk. With nothing on disk it begins with what the database says.
 */
async function forgetDeletions({ system, say, pass }: Scene): Promise<void> {
  say('redirect is stopped, and begins without its snapshot')
  const pid = system.pidOf('redirect')
  process.kill(pid, 'SIGTERM')
  while (existsSync(`/proc/${pid}`)) await pass(5)
  for (const file of globSync(join(system.data, 'spool/links.*'))) rmSync(file)
}

async function untilTheyLeadOn({ system, pass }: Scene, links: Evidence['links']): Promise<void> {
  const leadsOn = async ({ slug, destination }: Evidence['links'][number]) => {
    const answer = await follow(`${system.access.redirect}/${slug}`).catch(() => undefined)
    return answer?.location === destination
  }
  const some = links.filter(({ slug }) => isStable(slug)).slice(0, asked)
  const limit = performance.now() + patienceMs
  while (!(await Promise.all(some.map(leadsOn))).every(Boolean) && performance.now() < limit)
    await pass(250)
}

function isStable(slug: string): boolean {
  return slug.startsWith('link-')
}

// What people write in the last moment before a region is lost, and what nobody else has heard of by then.
import { call, createLink } from '../../api.ts'
import type { Access } from '../../system.ts'
import type { Write } from '../evidence.ts'
import { waitFor } from '../wait-for.ts'
import type { TwoRegions } from './two-regions.ts'

export interface LagWrites {
  /** All acknowledged by the region that is lost then. */
  readonly writes: readonly Write[]
  /** Of what has to be found again. */
  readonly slugs: readonly string[]
}

const edited = ['lag-edited-1', 'lag-edited-2', 'lag-edited-3']
const deleted = ['lag-deleted-1', 'lag-deleted-2']
const created = ['lag-created-1', 'lag-created-2', 'lag-created-3', 'lag-created-4']

/** Region B receives nothing from then on. */
export async function writeInTheLag({ a, b, accessAt }: TwoRegions): Promise<LagWrites> {
  const access = accessAt(a)
  const ids = new Map<string, string>()
  const writes: Write[] = []
  const note = async (slug: string, destination: string | null, act: () => Promise<unknown>) => {
    const start = performance.now()
    await act()
    writes.push({ slug, destination, start, acknowledgedAt: performance.now(), tries: 1 })
  }
  const create = async (slug: string) => {
    const destination = `https://example.com/${slug}`
    await note(slug, destination, async () => {
      ids.set(slug, (await createLink(access, destination, { slug })).id)
    })
  }
  for (const slug of [...edited, ...deleted]) await create(slug)
  await waitFor(
    'region B to have all of it',
    () => isLevel(a, b),
    () => '',
  )
  a.links.freezeSenders()
  for (const slug of created) await create(slug)
  for (const slug of edited) {
    const destination = `https://example.com/${slug}/again`
    await note(slug, destination, () => change(access, 'PATCH', ids.get(slug), { destination }))
  }
  for (const slug of deleted) await note(slug, null, () => change(access, 'DELETE', ids.get(slug)))
  return { writes, slugs: [...created, ...edited, ...deleted] }
}

/** @throws {Error} when it was not done */
export async function change(
  access: Access,
  method: 'PATCH' | 'DELETE',
  id: string | undefined,
  body?: object,
): Promise<void> {
  const url = `${access.linkWrite}/v1/links/${id}`
  const { status } = await call(access, method, url, body, { 'If-Match': '*' })
  if (status >= 300) throw new Error(`${method} ${url}: ${status}`)
}

async function isLevel(
  { links: primary }: TwoRegions['a'],
  { links: standby }: TwoRegions['b'],
): Promise<boolean> {
  const [at] = await primary.query<{ end: string }>(
    'postgres',
    'select pg_current_wal_lsn()::text as end',
  )
  const [is] = await standby.query<{ level: boolean }>(
    'postgres',
    'select pg_last_wal_replay_lsn() >= $1::pg_lsn as level',
    [at?.end],
  )
  return is?.level === true
}

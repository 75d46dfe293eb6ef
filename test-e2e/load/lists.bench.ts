// Lists, searches and counts over HTTP, of an owner with 900,000 of a million links: what is rare, what is common, what is nowhere. With the plan
// that Postgres has for each search.
import { startSystem, type System } from '../system.ts'
import { median } from './measure.ts'

export interface ListsResult {
  /** The slowest search of three letters or more, to what it may take. */
  readonly ratio: number
  readonly links: number
  readonly measured: readonly Measured[]
}

interface Measured {
  readonly query: string
  readonly status: number
  readonly ms: number
  /** The index that the first page comes from. */
  readonly by?: string
}

const links = 1_000_000
const rounds = 5
const mostMs = 1_000
const batch = 100_000

const queries: readonly string[] = [
  '/v1/links?limit=20',
  '/v1/links?limit=20&sort=updatedAt',
  '/v1/links?limit=20&sort=slug',
  '/v1/links?search=crm-77777',
  '/v1/links?search=landing-1234',
  '/v1/links?search=invitation',
  '/v1/links?search=example',
  '/v1/links?search=nowhere',
  '/v1/links?search=zq',
  '/v1/links?tag=email',
  '/v1/links?tag=rare',
  '/v1/links?expired=true',
  '/v1/links/count',
  '/v1/links/count?search=spring',
  '/v1/tags',
]

export async function benchLists(say: (line: string) => void): Promise<ListsResult> {
  await using system = await startSystem({ form: 'start' })
  const [key] = await system.query<{ owner: string }>('links', 'select owner_id as owner from keys')
  const owner = key?.owner ?? ''
  await fill(system, owner, say)
  const Authorization = `Bearer ${system.access.apiKey}`
  const measured: Measured[] = []
  for (const query of queries) {
    const times: number[] = []
    let status = 0
    for (let round = 0; round < rounds; round++) {
      const startedAt = performance.now()
      const answer = await fetch(system.access.linkWrite + query, { headers: { Authorization } })
      await answer.text()
      times.push(performance.now() - startedAt)
      status = answer.status
    }
    const search = /search=([^&]+)/u.exec(query)?.[1]
    const by = query.startsWith('/v1/links?search')
      ? await indexOf(system, owner, search ?? '')
      : undefined
    const one = { query, status, ms: Math.round(median(times)), ...(by !== undefined && { by }) }
    measured.push(one)
    say(JSON.stringify(one))
  }
  const searches = measured.filter(({ query }) => /^\/v1\/links\?search=.{3}/u.test(query))
  const ratio = Math.max(...searches.map(({ ms }) => ms)) / mostMs
  return { ratio, links, measured }
}

/** Without the index of searches, which is made at the end: it is what a database has that was migrated with care. */
async function fill(system: System, owner: string, say: (line: string) => void): Promise<void> {
  const run = (sql: string) => system.query('links', sql)
  const [row] = await system.query<{ made: string }>(
    'links',
    `select pg_get_indexdef('links_search'::regclass) as made`,
  )
  await run('drop index links_search')
  await run('alter table links disable trigger audit_insert')
  for (let from = 0; from < links; from += batch) {
    await run(`
      insert into links (id, owner_id, domain, slug, destination, title, tags, external_id, created_at, expires_at)
      select gen_random_uuid(), case when i % 10 = 0 then 'other' || i % 1000 else '${owner}' end, '@',
        substr(md5(i::text || 's'), 1, 7) || '-' || i,
        'https://' || (array['example.com','shop.example.org','news.example.net','docs.example.io'])[1 + i % 4]
          || '/' || substr(md5(i::text), 1, 8) || '/'
          || (array['spring','summer','autumn','winter','product','category','article','landing'])[1 + (i * 7) % 8] || '-' || i,
        (array['Spring offer','Newsletter','Docs page','Product landing page','Partner invitation'])[1 + i % 5] || ' ' || i,
        array[(array['campaign','email','social','print'])[1 + i % 4], 'team-' || i % 50]
          || case when i % 9999 = 0 then '{rare}'::text[] else '{}' end,
        case when i % 2 = 1 then 'crm-' || i end,
        now() - (${links} - i) * interval '10 seconds',
        case when i % 1000 = 7 then now() - interval '1 day' end
      from generate_series(${from + 1}, ${from + batch}) i`)
    say(`${from + batch} links`)
  }
  const startedAt = performance.now()
  await run(row?.made ?? '')
  say(`the index of searches: ${Math.round((performance.now() - startedAt) / 1000)} s`)
  await run('vacuum analyze links')
  await run('alter table links enable trigger audit_insert')
}

/** As the service asks it. */
async function indexOf(system: System, owner: string, search: string): Promise<string> {
  const rows = await system.query<Record<string, string>>(
    'links',
    `explain select id from links
     where owner_id = '${owner}' and alias_of is null and deleted_at is null and archived = false
       and search_text like '%${search}%'
     order by created_at desc, id desc limit 21`,
  )
  const plan = rows.map((line) => Object.values(line)[0]).join('\n')
  return /(?:on|using) (links_\w+)/u.exec(plan)?.[1] ?? 'none'
}

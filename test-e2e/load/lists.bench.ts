// Lists, searches and counts over HTTP, of an owner with 900,000 of a million links: what is rare, what is common, what is nowhere. With the plan
// that Postgres has for each search.
import { startSystem, type System } from '../system.ts'
import { fillLinks } from './link-fill.ts'
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
  await fillLinks(system, owner, { links, say })
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

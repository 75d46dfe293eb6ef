// Links as an owner has them after years, made with SQL: nine of ten are his, the others those of a thousand more.
import type { System } from '../system.ts'

const batch = 100_000

/** Without the index of searches, which is made at the end: it is what a database has that was migrated with care. */
export async function fillLinks(
  system: System,
  owner: string,
  { links, say }: { readonly links: number; readonly say: (line: string) => void },
): Promise<void> {
  const run = (sql: string) => system.query('links', sql)
  const [row] = await system.query<{ made: string }>(
    'links',
    `select pg_get_indexdef('links_search'::regclass) as made`,
  )
  await run('drop index links_search')
  await run('alter table links disable trigger audit_insert')
  for (let from = 0; from < links; from += batch) {
    const to = Math.min(from + batch, links)
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
      from generate_series(${from + 1}, ${to}) i`)
    say(`${to} links`)
  }
  const startedAt = performance.now()
  await run(row?.made ?? '')
  say(`the index of searches: ${Math.round((performance.now() - startedAt) / 1000)} s`)
  await run('vacuum analyze links')
  await run('alter table links enable trigger audit_insert')
}

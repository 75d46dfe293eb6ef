import type { Client } from 'pg'
import type { StoredLink } from './link-table.ts'

export interface ExportedLink extends Omit<StoredLink, 'createdAtMicros'> {
  readonly ownerId: string
}

const pageSize = 5_000

/** Every living link as of one moment, whatever is written meanwhile. @yields pages of them, by id */
export async function* readAllLinks(client: Client): AsyncGenerator<readonly ExportedLink[]> {
  await client.query('begin isolation level repeatable read, read only')
  try {
    let after = '00000000-0000-0000-0000-000000000000'
    for (;;) {
      const { rows } = await client.query<ExportedLink>({
        name: 'export_links',
        text: `
          select id, owner_id as "ownerId", domain, slug, destination, title, tags, version,
            starts_at as "startsAt", expires_at as "expiresAt", max_clicks as "maxClicks",
            forward_query as "forwardQuery", redirect_status as "redirectStatus",
            cache_seconds as "cacheSeconds", blocked_at is not null as blocked,
            created_at as "createdAt", updated_at as "updatedAt"
          from links
          where deleted_at is null and id > $1
          order by id
          limit $2`,
        values: [after, pageSize],
      })
      if (rows.length === 0) return
      yield rows
      after = rows.at(-1)?.id ?? after
    }
  } finally {
    await client.query('rollback')
  }
}

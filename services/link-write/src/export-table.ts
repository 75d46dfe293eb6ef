import type { Client } from 'pg'
import { onEitherSchema, linkColumns, type StoredLink } from './link-columns.ts'

export interface ExportedLink extends StoredLink {
  readonly ownerId: string
}

/** Of {@link ExportedLink}, in a query on links. */
export const exportedColumns = `${linkColumns}, owner_id as "ownerId"`

const pageSize = 5_000

/** Every living link as of one moment, whatever is written meanwhile. @yields pages of them, by id */
export async function* readAllLinks(client: Client): AsyncGenerator<readonly ExportedLink[]> {
  await client.query('begin isolation level repeatable read, read only')
  try {
    let after = '00000000-0000-0000-0000-000000000000'
    for (;;) {
      const { rows } = await client.query<ExportedLink>({
        name: 'export_links',
        text: onEitherSchema(`
          select ${exportedColumns}
          from links
          where deleted_at is null and alias_of is null and id > $1
          order by id
          limit $2`),
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

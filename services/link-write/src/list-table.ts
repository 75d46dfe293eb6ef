// Lists of links. Their statements have no names: each is planned for the very values that are asked for, because a
// search for a common word is best answered by walking along the list, and one for a rare word by its index.
import type { ClientBase, Pool } from 'pg'
import { linkColumns, onEitherSchema, type StoredLink } from './link-columns.ts'
import { restorable } from './restore-table.ts'

/** Longer than whoever looks through many links is given: the server is to say that it was too much. */
const patient = { query_timeout: 10_000 }

/** What is undefined is not asked for. */
export interface LinkFilter {
  readonly ids?: readonly string[] | undefined
  readonly search?: string | undefined
  /** All of them. */
  readonly tags?: readonly string[] | undefined
  readonly domain?: string | undefined
  readonly archived: boolean | 'all'
  readonly deleted: boolean
  readonly createdFrom?: string | undefined
  readonly createdTo?: string | undefined
  readonly expired?: boolean | undefined
}

export interface ListOrder {
  readonly sort: 'createdAt' | 'updatedAt' | 'slug'
  readonly order: 'asc' | 'desc'
}

/** Where a link stands in a list: what it is sorted by, times in microseconds since the epoch. */
export interface ListPlace {
  readonly value: string | number
  readonly id: string
}

export type ListedLink = StoredLink & { readonly place: ListPlace['value'] }

const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`
const time = (value: string) =>
  `(timestamptz 'epoch' + ${value}::bigint * interval '1 microsecond')`

const sorts = {
  createdAt: { column: 'created_at', place: micros('created_at'), read: time },
  updatedAt: { column: 'updated_at', place: micros('updated_at'), read: time },
  slug: { column: 'slug collate "C"', place: 'slug', read: (value: string) => `${value}::text` },
} as const

// As a text that is looked for, nothing in it means anything to `like`.
const pattern = `'%' || regexp_replace(search_form($2), '([\\\\%_])', '\\\\\\1', 'g') || '%'`

/** $1 to $9. */
function conditions({ deleted, search }: LinkFilter): string {
  return `
    owner_id = $1 and alias_of is null
    and ${deleted ? `deleted_at > ${restorable}` : 'deleted_at is null'}
    and ($2::text is null ${search === undefined ? '' : `or search_text like ${pattern}`})
    and ($3::text[] is null or tags @> $3)
    and ($4::text is null or domain = $4)
    and ($5::boolean is null or archived = $5)
    and ($6::timestamptz is null or created_at >= $6)
    and ($7::timestamptz is null or created_at < $7)
    and ($8::boolean is null or coalesce(expires_at <= now(), false) = $8)
    and ($9::uuid[] is null or id = any($9))`
}

function valuesOf(ownerId: string, filter: LinkFilter): unknown[] {
  return [
    ownerId,
    filter.search ?? null,
    filter.tags ?? null,
    filter.domain ?? null,
    filter.archived === 'all' ? null : filter.archived,
    filter.createdFrom ?? null,
    filter.createdTo ?? null,
    filter.expired ?? null,
    filter.ids ?? null,
  ]
}

export async function listLinks(
  postgres: Pool | ClientBase,
  ownerId: string,
  filter: LinkFilter,
  { sort, order }: ListOrder,
  limit: number,
  after: ListPlace | 'start',
): Promise<ListedLink[]> {
  const { column, place, read } = sorts[sort]
  const further = order === 'asc' ? '>' : '<'
  const { rows } = await postgres.query<ListedLink>({
    ...patient,
    text: onEitherSchema(`
      select ${linkColumns}, ${place} as place from links
      where ${conditions(filter)}
        ${after === 'start' ? '' : `and (${column}, id) ${further} (${read('$11')}, $12::uuid)`}
      order by ${column} ${order}, id ${order}
      limit $10`),
    values: [
      ...valuesOf(ownerId, filter),
      limit,
      ...(after === 'start' ? [] : [after.value, after.id]),
    ],
  })
  return rows
}

export async function countLinks(
  postgres: Pool | ClientBase,
  ownerId: string,
  filter: LinkFilter,
): Promise<number> {
  const { rows } = await postgres.query<{ count: number }>({
    ...patient,
    text: onEitherSchema(`select count(*) from links where ${conditions(filter)}`),
    values: valuesOf(ownerId, filter),
  })
  return rows[0]?.count ?? 0
}

export interface TagCount {
  readonly tag: string
  readonly links: number
}

/** As a list has them that is filtered by the tag. Links with the same tags are counted first: few sets of tags are many links. */
export async function countTags(
  postgres: Pool | ClientBase,
  ownerId: string,
  limit: number,
  after: string | null,
): Promise<TagCount[]> {
  const { rows } = await postgres.query<TagCount>({
    ...patient,
    text: onEitherSchema(`
      select tag, sum(links)::bigint as links
      from (
        select tags, count(*) as links from links
        where owner_id = $1 and deleted_at is null and not archived and alias_of is null
        group by tags) as sets
      cross join unnest(tags) as tag
      where ($3::text is null or tag collate "C" > $3)
      group by tag
      order by tag collate "C"
      limit $2`),
    values: [ownerId, limit, after],
  })
  return rows
}

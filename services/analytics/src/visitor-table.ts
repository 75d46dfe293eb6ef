import type { PoolClient } from 'pg'
import { plainArray, textArray } from './array-literal.ts'
import type { ArrivedClick } from './click-batch.ts'

interface Visitor {
  /** UTC, as `2026-01-31`. */
  readonly day: string
  readonly linkId: string
  readonly visitor: string
}

/** Of these clicks the ids of those that are the first of their visitor on their link and day. */
export async function insertVisitors(
  client: PoolClient,
  clicks: readonly ArrivedClick[],
): Promise<Set<string>> {
  const first = firstClicks(clicks)
  if (first.size === 0) return new Set()
  const arrived = [...first.values()]
  const { rows } = await client.query<[day: string, linkId: string, visitor: string]>({
    rowMode: 'array',
    name: 'insert_visitors',
    text: `
      insert into visitors (day, link_id, visitor)
      select day, link_id, visitor
      from (
        select
          unnest($1::date[]) as day, unnest($2::uuid[]) as link_id, unnest($3::text[]) as visitor,
          unnest($4::uuid[]) as id
      ) as v
      where not exists (select from dead_letters d where d.click_id = v.id)
      order by day, link_id, visitor
      on conflict (day, link_id, visitor) do nothing
      returning day::text, link_id, visitor`,
    values: [
      plainArray(arrived.map(({ at }) => dayOf(at))),
      plainArray(arrived.map(({ linkId }) => linkId)),
      textArray(arrived.map(({ visitor }) => visitor)),
      plainArray(arrived.map(({ id }) => id)),
    ],
  })
  return new Set(rows.flatMap((key) => first.get(key.join(' '))?.id ?? []))
}

function firstClicks(clicks: readonly ArrivedClick[]): Map<string, ArrivedClick> {
  const first = new Map<string, ArrivedClick>()
  for (const click of clicks) {
    const { at, linkId, visitor } = click
    if (visitor === null) continue
    const key = keyOf({ day: dayOf(at), linkId, visitor })
    const before = first.get(key)
    if (before === undefined || isBefore(click, before)) first.set(key, click)
  }
  return first
}

function isBefore(a: ArrivedClick, b: ArrivedClick): boolean {
  return a.at < b.at || (a.at.getTime() === b.at.getTime() && a.id < b.id)
}

function keyOf({ day, linkId, visitor }: Visitor): string {
  return `${day} ${linkId} ${visitor}`
}

const dayMs = 86_400_000
let shown = { day: Number.NaN, text: '' }

/** Nearly all clicks of a batch are of one day. */
function dayOf(at: Date): string {
  const day = Math.floor(at.getTime() / dayMs)
  if (day !== shown.day) shown = { day, text: at.toISOString().slice(0, 10) }
  return shown.text
}

import type { Pool } from 'pg'

export interface PageQuery {
  readonly ownerId: string
  /** Absent: all links of the owner. */
  readonly linkId: string | undefined
  readonly from: Date
  readonly to: Date
  /** The last click of the page before. */
  readonly after: ExportedClick | undefined
}

/** What an owner may know of one click. */
export interface ExportedClick {
  readonly at: Date
  readonly id: string
  readonly linkId: string
  readonly bot: boolean
  readonly isUnique: boolean
  readonly country: string
  readonly device: string
  readonly browser: string
  readonly os: string
  readonly referrer: string
  readonly utmSource: string | null
  readonly utmMedium: string | null
  readonly utmCampaign: string | null
  readonly utmTerm: string | null
  readonly utmContent: string | null
}

export const pageSize = 1000

/** In the order of the primary key. */
export async function findClicks(pool: Pool, query: PageQuery): Promise<ExportedClick[]> {
  const { ownerId, linkId, from, to, after } = query
  const { rows } = await pool.query<ExportedClick>({
    name: 'find_clicks',
    text: `
      select
        at, id, link_id as "linkId", bot, is_unique as "isUnique", country, device, browser, os, referrer,
        utm_source as "utmSource", utm_medium as "utmMedium", utm_campaign as "utmCampaign",
        utm_term as "utmTerm", utm_content as "utmContent"
      from clicks
      where owner_id = $1 and ($2::uuid is null or link_id = $2)
        and (at, id) > ($3::timestamptz, $4::uuid) and at < $5
      order by at, id
      limit ${pageSize}`,
    values: [ownerId, linkId ?? null, after?.at ?? from, after?.id ?? beforeAll, to],
  })
  return rows
}

/** No click has this id. */
const beforeAll = '00000000-0000-0000-0000-000000000000'

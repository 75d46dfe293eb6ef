// Days of links with many clicks, summed once they are over. Nobody has to keep them right: clicks only ever add to the
// sums, so a day whose total is still what it was when it was summed has not changed in anything.
import type { Pool } from 'pg'
import { dimensions } from './sum-clicks.ts'

interface LinkDay {
  readonly ownerId: string
  readonly linkId: string
  readonly day: Date
}

/** Fewer clicks are few rows anyway. */
const minClicks = 1000
const atOnce = 200

/**
 * Sums days that are over and were not summed, or have changed since. Any number of processes may do it.
 *
 * @returns how many
 */
export async function sumLinkDays(pool: Pool, from: Date, to: Date): Promise<number> {
  const days = await findUnsummed(pool, from, to)
  for (const day of days) await sumDay(pool, day)
  return days.length
}

async function findUnsummed(pool: Pool, from: Date, to: Date): Promise<LinkDay[]> {
  const { rows } = await pool.query<LinkDay>({
    name: 'find_unsummed_link_days',
    text: `
      select o.owner_id as "ownerId", o.value as "linkId", o.bucket as day
      from owner_rollups o
        left join link_days s on s.owner_id = o.owner_id and s.link_id = o.value::uuid
          and s.dimension = 'total' and s.bucket = o.bucket and s.value = ''
      where o.dimension = 'link' and o.unit = 'day' and o.bucket >= $1 and o.bucket < $2
        and o.human + o.bot >= ${minClicks}
        and (s.human, s.bot, s.uniques) is distinct from (o.human, o.bot, o.uniques)
      order by o.bucket desc, o.human desc
      limit ${atOnce}`,
    values: [from, to],
  })
  return rows
}

/** Of one moment, and in order, so that two who do it at once leave what one of them found. */
async function sumDay(pool: Pool, { ownerId, linkId, day }: LinkDay): Promise<void> {
  await pool.query({
    name: 'sum_link_day',
    text: `
      insert into link_days (owner_id, link_id, dimension, bucket, value, human, bot, uniques)
      select owner_id, link_id, dimension, $3::timestamptz, value, sum(human), sum(bot), sum(uniques)
      from rollups
      where owner_id = $1 and link_id = $2
        and dimension in (${dimensions.map((name) => `'${name}'`).join()})
        and bucket >= $3 and bucket < $3::timestamptz + interval '24 hours'
      group by owner_id, link_id, dimension, value
      order by dimension, value
      on conflict (owner_id, link_id, dimension, bucket, value) do update set
        human = excluded.human, bot = excluded.bot, uniques = excluded.uniques`,
    values: [ownerId, linkId, day],
  })
}

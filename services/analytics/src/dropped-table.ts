import type { DroppedClicks } from '@sleepwell/contracts/click'
import type { PoolClient } from 'pg'

export async function insertDropped(
  client: PoolClient,
  dropped: readonly DroppedClicks[],
): Promise<void> {
  await client.query({
    name: 'insert_dropped',
    text: `
      insert into dropped_clicks (spool, "from", "to", at)
      select spool, "from", "to", at
      from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::timestamptz[])
        as d (spool, "from", "to", at)
      order by spool, "from", "to"
      on conflict (spool, "from", "to") do nothing`,
    values: [
      dropped.map((range) => range.spool),
      dropped.map((range) => range.from),
      dropped.map((range) => range.to),
      dropped.map((range) => new Date(range.at)),
    ],
  })
}

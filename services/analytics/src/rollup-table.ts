import type { PoolClient } from 'pg'
import { plainArray, textArray } from './array-literal.ts'
import type { LinkSum, OwnerSum } from './sum-clicks.ts'

/** @param sums in the order of the key, no two with the same one */
export async function upsertRollups(client: PoolClient, sums: readonly LinkSum[]): Promise<void> {
  await client.query({
    name: 'upsert_rollups',
    text: `
      insert into rollups (owner_id, link_id, dimension, bucket, value, human, bot, uniques)
      select
        unnest($1::text[]), unnest($2::uuid[]), unnest($3::text[]), to_timestamp(unnest($4::bigint[])),
        unnest($5::text[]), unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bigint[])
      on conflict (owner_id, link_id, dimension, bucket, value) do update set
        human = rollups.human + excluded.human,
        bot = rollups.bot + excluded.bot,
        uniques = rollups.uniques + excluded.uniques`,
    values: [
      textArray(sums.map((sum) => sum.ownerId)),
      plainArray(sums.map((sum) => sum.linkId)),
      textArray(sums.map((sum) => sum.dimension)),
      plainArray(sums.map((sum) => sum.bucket / 1000)),
      textArray(sums.map((sum) => sum.value)),
      plainArray(sums.map((sum) => sum.human)),
      plainArray(sums.map((sum) => sum.bot)),
      plainArray(sums.map((sum) => sum.uniques)),
    ],
  })
}

/** @param sums in the order of the key, no two with the same one */
export async function upsertOwnerRollups(
  client: PoolClient,
  sums: readonly OwnerSum[],
): Promise<void> {
  await client.query({
    name: 'upsert_owner_rollups',
    text: `
      insert into owner_rollups (owner_id, dimension, unit, bucket, value, human, bot, uniques)
      select
        unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), to_timestamp(unnest($4::bigint[])),
        unnest($5::text[]), unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bigint[])
      on conflict (owner_id, dimension, unit, bucket, value) do update set
        human = owner_rollups.human + excluded.human,
        bot = owner_rollups.bot + excluded.bot,
        uniques = owner_rollups.uniques + excluded.uniques`,
    values: [
      textArray(sums.map((sum) => sum.ownerId)),
      textArray(sums.map((sum) => sum.dimension)),
      textArray(sums.map((sum) => sum.unit)),
      plainArray(sums.map((sum) => sum.bucket / 1000)),
      textArray(sums.map((sum) => sum.value)),
      plainArray(sums.map((sum) => sum.human)),
      plainArray(sums.map((sum) => sum.bot)),
      plainArray(sums.map((sum) => sum.uniques)),
    ],
  })
}

/** Tells those who follow live what this transaction adds. */
export async function insertLiveClicks(
  client: PoolClient,
  sums: readonly LinkSum[],
): Promise<void> {
  const totals = sums.filter(({ dimension }) => dimension === 'total')
  await client.query({
    name: 'insert_live_clicks',
    text: `
      insert into live_clicks (owner_id, link_id, human, bot)
      select unnest($1::text[]), unnest($2::uuid[]), unnest($3::bigint[]), unnest($4::bigint[])`,
    values: [
      textArray(totals.map((sum) => sum.ownerId)),
      plainArray(totals.map((sum) => sum.linkId)),
      plainArray(totals.map((sum) => sum.human)),
      plainArray(totals.map((sum) => sum.bot)),
    ],
  })
}

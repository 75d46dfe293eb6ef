import type { PoolClient } from 'pg'
import type { DeadLetter } from './click-batch.ts'
import type { Partition } from './offset-table.ts'

/** Sets aside what cannot be counted, unless the click was counted or set aside before. Resolves to the offsets kept. */
export async function insertDeadLetters(
  client: PoolClient,
  from: Partition,
  letters: readonly DeadLetter[],
): Promise<Set<number>> {
  const { rows } = await client.query<{ offset: number }>({
    name: 'insert_dead_letters',
    text: `
      insert into dead_letters (cluster, topic, partition, "offset", reason, click_id, value)
      select $1, $2, $3, "offset", reason, click_id, value
      from unnest($4::bigint[], $5::text[], $6::uuid[], $7::timestamptz[], $8::bytea[])
        as l ("offset", reason, click_id, at, value)
      where not exists (select from clicks c where c.at = l.at and c.id = l.click_id)
      order by click_id, "offset"
      on conflict do nothing
      returning "offset"`,
    values: [
      from.cluster,
      from.topic,
      from.partition,
      letters.map((letter) => letter.offset),
      letters.map((letter) => letter.reason),
      letters.map((letter) => letter.click?.id ?? null),
      letters.map((letter) => letter.click?.at ?? null),
      letters.map((letter) => letter.value),
    ],
  })
  return new Set(rows.map((row) => row.offset))
}

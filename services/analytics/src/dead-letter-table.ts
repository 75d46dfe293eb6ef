import type { PoolClient } from 'pg'
import type { DeadLetter } from './click-batch.ts'
import type { Partition } from './offset-table.ts'

export interface FoundLetter {
  readonly from: Partition
  readonly letter: DeadLetter
}

interface Key extends Partition {
  readonly offset: number
}

/** Sets aside what cannot be counted, unless the click was counted or set aside before. Resolves to those kept. */
export async function insertDeadLetters(
  client: PoolClient,
  found: readonly FoundLetter[],
): Promise<Set<DeadLetter>> {
  const { rows } = await client.query<Key>({
    name: 'insert_dead_letters',
    text: `
      insert into dead_letters (cluster, topic, partition, "offset", reason, click_id, value)
      select cluster, topic, partition, "offset", reason, click_id, value
      from unnest(
        $1::text[], $2::text[], $3::integer[], $4::bigint[], $5::text[], $6::uuid[], $7::timestamptz[], $8::bytea[]
      ) as l (cluster, topic, partition, "offset", reason, click_id, at, value)
      where not exists (select from clicks c where c.at = l.at and c.id = l.click_id)
      order by click_id, cluster, topic, partition, "offset"
      on conflict do nothing
      returning cluster, topic, partition, "offset"`,
    values: [
      found.map(({ from }) => from.cluster),
      found.map(({ from }) => from.topic),
      found.map(({ from }) => from.partition),
      found.map(({ letter }) => letter.offset),
      found.map(({ letter }) => letter.reason),
      found.map(({ letter }) => letter.click?.id ?? null),
      found.map(({ letter }) => letter.click?.at ?? null),
      found.map(({ letter }) => letter.value),
    ],
  })
  const kept = new Set(rows.map(textOf))
  return new Set(
    found.flatMap(({ from, letter }) =>
      kept.has(textOf({ ...from, offset: letter.offset })) ? [letter] : [],
    ),
  )
}

function textOf({ cluster, topic, partition, offset }: Key): string {
  return JSON.stringify([cluster, topic, partition, offset])
}

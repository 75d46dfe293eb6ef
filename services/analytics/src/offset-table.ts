import type { Pool, PoolClient } from 'pg'

export interface Partition {
  readonly cluster: string
  readonly topic: string
  readonly partition: number
}

/** Where the partition is to be read next; null if it never was. Its row is there afterwards. */
export async function findOffset(pool: Pool, of: Partition): Promise<number | null> {
  const key = [of.cluster, of.topic, of.partition]
  await pool.query({
    name: 'insert_offset',
    text: `
      insert into offsets (cluster, topic, partition) values ($1, $2, $3)
      on conflict (cluster, topic, partition) do nothing`,
    values: key,
  })
  const { rows } = await pool.query<{ next: number | null }>({
    name: 'find_offset',
    text: 'select next from offsets where cluster = $1 and topic = $2 and partition = $3',
    values: key,
  })
  return rows[0]?.next ?? null
}

/** Of partitions that were read; all of them, whoever reads them. */
export async function findOffsets(
  pool: Pool,
  of: Omit<Partition, 'partition'>,
): Promise<Map<number, number>> {
  const { rows } = await pool.query<{ partition: number; next: number }>({
    name: 'find_offsets',
    text: `
      select partition, next from offsets
      where cluster = $1 and topic = $2 and next is not null`,
    values: [of.cluster, of.topic],
  })
  return new Map(rows.map(({ partition, next }) => [partition, next]))
}

/**
 * False if the offset is not the expected one: somebody else has moved it since this consumer last read or wrote it.
 * The row stays locked to the end of the transaction, so of two consumers the second one sees what the first did.
 */
export async function moveOffset(
  client: PoolClient,
  of: Partition,
  expected: number | null,
  next: number,
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'move_offset',
    text: `
      update offsets set next = $5
      where cluster = $1 and topic = $2 and partition = $3 and next is not distinct from $4`,
    values: [of.cluster, of.topic, of.partition, expected, next],
  })
  return rowCount === 1
}

// For tests: how clicks are usually counted, to show that the faults bite. Whatever comes is counted; the offset is moved
// afterwards, on its own, whatever it was; what cannot be parsed is somebody else's problem.
import type { ConsumeOptions } from '@sleepwell/click-log/click-log'
import type { Pool } from 'pg'
import { findOffset } from '../offset-table.ts'

/** Made by the test: it has no key. */
export const naiveTable = `
  create table counted_naively (id uuid not null);
  grant insert, select on counted_naively to analytics`

interface NaiveDeps {
  readonly group: () => Promise<string>
  readonly cluster: () => Promise<string>
  readonly topic: string
  readonly assigned: (partitions: readonly number[]) => void
}

export function consumeNaively(pool: Pool, deps: NaiveDeps): ConsumeOptions {
  const { topic } = deps
  const of = async (partition: number) => ({ cluster: await deps.cluster(), topic, partition })
  return {
    group: deps.group,
    assigned: deps.assigned,
    startAt: async (partition) => (await findOffset(pool, await of(partition))) ?? 'earliest',
    handle: async (partition, records) => {
      const { cluster } = await of(partition)
      const last = records.at(-1)
      if (last === undefined) return (await findOffset(pool, await of(partition))) ?? 0
      const read = records.map(
        ({ value }) =>
          JSON.parse(new TextDecoder().decode(value)) as {
            type: string
            id: string
            policyVersion: number
          },
      )
      await pool.query({
        name: 'count_naively',
        text: 'insert into counted_naively select unnest($1::uuid[])',
        values: [
          read
            .filter(({ type, policyVersion }) => type === 'click' && policyVersion === 1)
            .map(({ id }) => id),
        ],
      })
      await pool.query({
        name: 'move_offset_naively',
        text: 'update offsets set next = $4 where cluster = $1 and topic = $2 and partition = $3',
        values: [cluster, topic, partition, last.offset + 1],
      })
      return last.offset + 1
    },
  }
}

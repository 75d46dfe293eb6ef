// Whether the key of a job may still do it.
import { problem } from '@sleepwell/contracts/problem'
import type { Pool, PoolClient } from 'pg'
import { wholeJob } from './job-table.ts'

/** Null: nothing speaks against it. */
const keyFault = `
  case
    when keys.id is null or keys.revoked_at is not null then 'key_revoked'
    when keys.expires_at <= clock_timestamp() then 'key_expired'
    when not 'admin' = any(keys.scopes)
      and not keys.scopes @> case when upsert then array['links:create', 'links:write'] else array['links:create'] end
      then 'forbidden'
  end`
const keyFaults = ['key_revoked', 'key_expired', 'forbidden'] as const
type KeyFault = (typeof keyFaults)[number]

export async function findKeyFault(client: PoolClient, id: string): Promise<KeyFault | null> {
  const { rows } = await client.query<{ fault: KeyFault | null }>({
    name: 'find_key_fault',
    text: `
      select ${keyFault} as fault from jobs left join keys on keys.id = key_id where jobs.id = $1`,
    values: [id],
  })
  return rows[0]?.fault ?? null
}

/** Those that their keys may do no more. */
export async function failForKeys(postgres: Pool): Promise<void> {
  await postgres.query({
    name: 'fail_for_keys',
    text: `
      with running as (
        select jobs.id, ${keyFault} as fault
        from jobs left join keys on keys.id = key_id
        where state = 'running'),
      ended as (
        update jobs set state = 'failed', finished_at = clock_timestamp()
        from running
        where jobs.id = running.id and fault is not null and state = 'running'
        returning jobs.id, fault)
      insert into job_errors (job_id, row, problem, input)
      select id, ${wholeJob}, $1::jsonb -> fault, 'null' from ended`,
    values: [JSON.stringify(Object.fromEntries(keyFaults.map((code) => [code, problem(code)])))],
  })
}

import type { Job } from '@sleepwell/contracts/job'
import { type Problem, problem } from '@sleepwell/contracts/problem'
import type { Pool, PoolClient } from 'pg'

export interface StoredJob {
  readonly id: string
  readonly state: 'uploading' | 'running' | 'done' | 'cancelled' | 'failed'
  readonly upsert: boolean
  readonly rows: number | null
  readonly done: number
  readonly failed: number
  readonly createdAt: Date
  readonly finishedAt: Date | null
  /** Of the whole job. */
  readonly problem: Job['problem']
}

/** A row of a file: what it says, or why it says nothing. */
export interface FileRow {
  readonly row: number
  readonly input: unknown
  readonly problem?: Problem
}

export interface NewJob {
  readonly id: string
  readonly ownerId: string
  readonly keyId: string
  readonly upsert: boolean
}

const patient = { query_timeout: 20_000 }

/** In place of a row, in the errors of a job: what concerns all of it. */
export const wholeJob = 0

export async function insertJob(postgres: Pool, job: NewJob): Promise<void> {
  await postgres.query({
    name: 'insert_job',
    text: `insert into jobs (id, owner_id, key_id, state, upsert) values ($1, $2, $3, 'uploading', $4)`,
    values: [job.id, job.ownerId, job.keyId, job.upsert],
  })
}

export async function insertChunk(
  postgres: Pool,
  id: string,
  number: number,
  rows: readonly FileRow[],
): Promise<void> {
  await postgres.query({
    ...patient,
    name: 'insert_chunk',
    text: 'insert into job_chunks (job_id, number, rows) values ($1, $2, $3::jsonb)',
    values: [id, number, JSON.stringify(rows)],
  })
}

/** Once all of its rows have arrived. */
export async function startJob(client: PoolClient, id: string, rows: number): Promise<void> {
  await client.query({
    name: 'start_job',
    text: `update jobs set state = 'running', rows = $2 where id = $1 and state = 'uploading'`,
    values: [id, rows],
  })
}

/** Of which not all rows will arrive, or which was there already. */
export async function deleteJob(postgres: Pool, id: string): Promise<void> {
  await postgres.query({
    ...patient,
    name: 'delete_job',
    text: `delete from jobs where id = $1 and state = 'uploading'`,
    values: [id],
  })
}

export async function findJob(
  postgres: Pool | PoolClient,
  ownerId: string,
  id: string,
): Promise<StoredJob | 'absent'> {
  const { rows } = await postgres.query<StoredJob>({
    name: 'find_job',
    text: `
      select id, state, upsert, jobs.rows, coalesce(sum(chunk.done), 0)::integer as done,
        coalesce(sum(chunk.failed), 0)::integer as failed,
        created_at as "createdAt", finished_at as "finishedAt",
        (select problem from job_errors where job_id = id and row = ${wholeJob}) as problem
      from jobs left join job_chunks chunk on chunk.job_id = jobs.id
      where id = $1 and owner_id = $2
      group by id`,
    values: [id, ownerId],
  })
  return rows[0] ?? 'absent'
}

export async function cancelJob(client: PoolClient, ownerId: string, id: string): Promise<void> {
  await client.query({
    name: 'cancel_job',
    text: `
      update jobs set state = 'cancelled', finished_at = clock_timestamp()
      where id = $1 and owner_id = $2 and state in ('uploading', 'running')`,
    values: [id, ownerId],
  })
}

export interface JobError {
  readonly row: number
  readonly problem: Problem
  readonly input: unknown
}

export async function listJobErrors(
  postgres: Pool,
  id: string,
  limit: number,
  after: number,
): Promise<JobError[]> {
  const { rows } = await postgres.query<JobError>({
    name: 'list_job_errors',
    text: `
      select row, problem, input from job_errors
      where job_id = $1 and row > $3
      order by row
      limit $2`,
    values: [id, limit, after],
  })
  return rows
}

export interface Chunk extends Pick<NewJob, 'ownerId' | 'keyId' | 'upsert'> {
  readonly jobId: string
  readonly number: number
  readonly rows: readonly FileRow[]
}

/**
 * One that nobody else has, until the transaction ends. The first ones of all jobs come first, so that a short file does not wait
 * for a long one.
 */
export async function claimChunk(client: PoolClient): Promise<Chunk | 'none'> {
  const { rows } = await client.query<Chunk>({
    ...patient,
    name: 'claim_chunk',
    text: `
      select job_id as "jobId", number, chunk.rows, owner_id as "ownerId", key_id as "keyId", upsert,
        set_config('sleepwell.key_id', key_id::text, true)
      from job_chunks chunk join jobs on jobs.id = job_id
      where chunk.rows is not null and state = 'running'
      order by number, job_id
      for update of chunk skip locked
      limit 1`,
  })
  return rows[0] ?? 'none'
}

export async function finishChunk(
  client: PoolClient,
  { jobId, number, rows }: Chunk,
  errors: readonly JobError[],
): Promise<void> {
  if (errors.length > 0)
    await client.query({
      ...patient,
      name: 'insert_job_errors',
      text: `
        insert into job_errors (job_id, row, problem, input)
        select $1, row, problem, coalesce(input, 'null')
        from jsonb_to_recordset($2::jsonb) as error (row integer, problem jsonb, input jsonb)`,
      values: [jobId, JSON.stringify(errors)],
    })
  await client.query({
    ...patient,
    name: 'finish_chunk',
    text: `
      update job_chunks set rows = null, done = $3, failed = $4
      where job_id = $1 and number = $2`,
    values: [jobId, number, rows.length - errors.length, errors.length],
  })
}

/** After so many a job is given up, or it would be tried for ever. */
export async function countTry(
  postgres: Pool,
  { jobId, number }: Pick<Chunk, 'jobId' | 'number'>,
  maxTries: number,
): Promise<void> {
  await postgres.query({
    name: 'count_try',
    text: `
      with tried as (
        update job_chunks set tries = tries + 1 where job_id = $1 and number = $2 returning tries),
      ended as (
        update jobs set state = 'failed', finished_at = clock_timestamp()
        from tried where id = $1 and tries >= $3 and state = 'running'
        returning id)
      insert into job_errors (job_id, row, problem, input)
      select id, ${wholeJob}, $4::jsonb, 'null' from ended`,
    values: [jobId, number, maxTries, JSON.stringify(problem('internal'))],
  })
}

/** Jobs of which every row is done. */
export async function finishJobs(postgres: Pool): Promise<void> {
  await postgres.query({
    ...patient,
    name: 'finish_jobs',
    text: `
      update jobs set state = 'done', finished_at = clock_timestamp()
      where state = 'running'
        and not exists (select from job_chunks where job_id = id and job_chunks.rows is not null)`,
  })
}

/** Those that ended before then, and uploads that began before then and never ended. Returns how many: at most `limit`. */
export async function deleteOldJobs(postgres: Pool, before: Date, limit: number): Promise<number> {
  const { rowCount } = await postgres.query({
    ...patient,
    name: 'delete_old_jobs',
    text: `
      delete from jobs where id = any(array(
        select id from jobs
        where finished_at < $1 or (state = 'uploading' and created_at < $1) limit $2))`,
    values: [before, limit],
  })
  return rowCount ?? 0
}

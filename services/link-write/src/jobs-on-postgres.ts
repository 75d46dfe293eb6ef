import type { Pool } from 'pg'
import type { Mutate } from './idempotency.ts'
import { type JobDeps, showJob } from './job-handlers.ts'
import { findKeyFault } from './job-key-table.ts'
import {
  cancelJob,
  deleteJob,
  findJob,
  insertChunk,
  insertJob,
  listJobErrors,
  startJob,
} from './job-table.ts'

/** What the routes of jobs do, on a database. */
export function jobsOnPostgres(postgres: Pool, mutate: Mutate): Omit<JobDeps, 'exportPage'> {
  return {
    openJob: (job) => insertJob(postgres, job),
    addRows: (...chunk) => insertChunk(postgres, ...chunk),
    dropJob: (id) => deleteJob(postgres, id),
    startJob: (request, ownerId, id, rows) =>
      mutate(request, async (client) => {
        // A key that is revoked is answered as if there were none.
        const fault = await findKeyFault(client, id)
        if (fault !== null) return fault === 'key_revoked' ? 'unauthenticated' : fault
        await startJob(client, id, rows)
        const job = await findJob(client, ownerId, id)
        if (job === 'absent') return 'job_not_found'
        return { status: 202, headers: { Location: `/v1/jobs/${id}` }, body: showJob(job) }
      }),
    findJob: (ownerId, id) => findJob(postgres, ownerId, id),
    cancelJob: (request, ownerId, id) =>
      mutate(request, async (client) => {
        await cancelJob(client, ownerId, id)
        const job = await findJob(client, ownerId, id)
        return job === 'absent' ? 'job_not_found' : { status: 200, headers: {}, body: showJob(job) }
      }),
    listJobErrors: (id, limit, after) => listJobErrors(postgres, id, limit, after),
  }
}

// Imports under way, a chunk at a time. Every process does it; which one does a chunk, a row lock decides.
import { ImportLink } from '@sleepwell/contracts/link'
import { every } from '@sleepwell/runtime/every'
import { isUnavailable } from '@sleepwell/runtime/express-api'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import { inTransaction } from '@sleepwell/runtime/postgres'
import type { Pool } from 'pg'
import type { CreateMany } from './bulk-create.ts'
import type { LinkDomains } from './link-domains.ts'
import { attempt, isProblem } from './bulk-outcome.ts'
import { failForKeys } from './job-key-table.ts'
import { type Chunk, claimChunk, countTry, finishChunk, finishJobs } from './job-table.ts'
import { readManyLink } from './read-link.ts'

export interface JobRunnerOptions {
  readonly postgres: Pool
  readonly createMany: CreateMany
  readonly domains: LinkDomains
  readonly log: Logger
  readonly idleMs: number
}

const maxTries = 5
/** A link that has expired is imported as one. */
const beginning = 0

/** Until disposed, which waits for the chunk under way. */
export function startJobRunner(options: JobRunnerOptions): AsyncDisposable {
  const { postgres, log, idleMs } = options
  let stopping = false
  const work = async () => {
    while (!stopping && (await doChunk(options)));
    await finishJobs(postgres)
  }
  const runner = every(idleMs, work, (error) => log.warn(errorFields(error), 'imports rest'))
  return {
    [Symbol.asyncDispose]: async () => {
      stopping = true
      await runner[Symbol.asyncDispose]()
    },
  }
}

/** Whether there was one. */
export async function doChunk({
  postgres,
  createMany,
  domains,
  log,
}: Omit<JobRunnerOptions, 'idleMs'>): Promise<boolean> {
  let claimed: Chunk | undefined
  await failForKeys(postgres)
  try {
    return await inTransaction(postgres, async (client) => {
      const chunk = await claimChunk(client)
      if (chunk === 'none') return false
      claimed = chunk
      const items = chunk.rows.map(
        ({ input, problem }) =>
          problem ?? attempt(() => readManyLink(ImportLink, input, domains, beginning)),
      )
      const outcomes = await createMany(client, chunk.ownerId, items, chunk.upsert)
      const errors = chunk.rows.flatMap(({ row, input }, n) => {
        const outcome = outcomes[n]
        return outcome !== undefined && isProblem(outcome) ? [{ row, problem: outcome, input }] : []
      })
      await finishChunk(client, chunk, errors)
      return true
    })
  } catch (error) {
    // A database that is away, or a transaction that another one pushed aside, is no fault of the rows.
    if (claimed === undefined || isUnavailable(error)) throw error
    const { jobId, number } = claimed
    log.error({ jobId, chunk: number, ...errorFields(error) }, 'rows could not be imported')
    await countTry(postgres, claimed, maxTries)
    return true
  }
}

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { allows } from '@sleepwell/contracts/api-key'
import type { Domains } from '@sleepwell/contracts/domain'
import { type Job, maxJobRows } from '@sleepwell/contracts/job'
import type { jobRoutes } from '@sleepwell/contracts/job-routes'
import type { Handlers } from '@sleepwell/runtime/api-routes'
import type { Request } from 'express'
import { v7 as uuidv7, validate } from 'uuid'
import type { Caller } from './authenticate.ts'
import type { Cursors } from './cursors.ts'
import { csvRows, jsonRows, textOf } from './file-rows.ts'
import type { Mutated, MutationRequest } from './idempotency.ts'
import type { FileRow, JobError, NewJob, StoredJob } from './job-table.ts'
import { csvHead, csvRow } from './link-csv.ts'
import { type ListDeps, placeOf } from './list-handlers.ts'
import { mutationOf } from './read-request.ts'
import { refuse } from './refuse.ts'
import { sendAnswer } from './send-answer.ts'
import { showLink } from './show-link.ts'

export interface JobDeps {
  readonly openJob: (job: NewJob) => Promise<void>
  readonly addRows: (id: string, number: number, rows: readonly FileRow[]) => Promise<void>
  readonly dropJob: (id: string) => Promise<void>
  readonly startJob: (
    request: MutationRequest,
    ownerId: string,
    id: string,
    rows: number,
  ) => Promise<Mutated>
  readonly findJob: (ownerId: string, id: string) => Promise<StoredJob | 'absent'>
  readonly cancelJob: (request: MutationRequest, ownerId: string, id: string) => Promise<Mutated>
  readonly listJobErrors: (id: string, limit: number, after: number) => Promise<JobError[]>
  /** A page of an export. */
  readonly exportPage: ListDeps['listLinks']
}

export interface JobHandlerDeps extends JobDeps {
  readonly domains: Domains
  readonly cursors: Cursors
}

/** Rows of one transaction, a fifth of a second or so. */
const chunkRows = 200
const exportRows = 500
const idleMs = 30_000
/** So long what is still to come of a file that has been refused is read. */
const restMs = 30_000

export function jobHandlers(deps: JobHandlerDeps): Handlers<typeof jobRoutes, Caller> {
  const { domains } = deps
  const jobOf = async (req: Request, ownerId: string): Promise<StoredJob> => {
    const job = await deps.findJob(ownerId, jobIdOf(req))
    return job === 'absent' ? refuse('job_not_found') : job
  }
  return {
    exportLinks: async ({ res, holder: { ownerId }, query: { format } }) => {
      const lineOf = (link: Parameters<typeof csvRow>[0]) =>
        format === 'csv' ? csvRow(link) : `${JSON.stringify(link)}\n`
      const everything = { archived: 'all', deleted: false } as const
      const oldest = { sort: 'createdAt', order: 'asc' } as const
      let after: Parameters<ListDeps['listLinks']>[4] = 'start'
      do {
        const links = await deps.exportPage(ownerId, everything, oldest, exportRows, after)
        if (links === 'too much') refuse('query_too_broad')
        // Only now: until the first page is there it can still be refused.
        if (after === 'start') {
          const type = format === 'csv' ? 'text/csv' : 'application/x-ndjson'
          res.set({
            'Content-Type': `${type}; charset=utf-8`,
            'Content-Disposition': `attachment; filename="links.${format}"`,
            'Cache-Control': 'no-store',
          })
          if (format === 'csv') res.write(csvHead)
        }
        const lines = links.map((link) => lineOf(showLink(link, domains))).join('')
        if (lines !== '' && !res.write(lines))
          await Promise.race([once(res, 'drain'), once(res, 'close')])
        const last = links.length < exportRows ? undefined : links.at(-1)
        after = last === undefined ? 'start' : { value: last.place, id: last.id }
      } while (after !== 'start' && !res.destroyed)
      res.end()
    },
    createJob: async ({ req, res, holder, query: { upsert } }) => {
      if (upsert && !allows(holder, 'links:write'))
        refuse('forbidden', { detail: 'upsert needs links:write.' })
      mutationOf(req, holder, null)
      const rowsOf = readerOf(req)
      const [id, hash] = [uuidv7(), createHash('sha256')]
      const { ownerId, keyId } = holder
      await deps.openJob({ id, ownerId, keyId, upsert })
      let started = false
      try {
        req.setTimeout(idleMs, () => req.destroy())
        // A request that is destroyed takes its connection with it, and the answer.
        const bytes = req.iterator({ destroyOnReturn: false })
        const rows = await store(deps, id, rowsOf(textOf(bytes, hash)))
        // With one Idempotency-Key it has to be the same file again.
        const request = mutationOf(req, holder, [upsert, hash.digest('hex')])
        const mutated = await deps.startJob(request, ownerId, id, rows)
        started = typeof mutated !== 'string' && !mutated.replayed
        sendAnswer(res, mutated)
      } catch (error) {
        // Whoever broke it off hears nothing of it any more.
        if (req.destroyed && !req.complete) refuse('request_interrupted')
        if (!req.complete) void ignoreRest(req)
        throw error
      } finally {
        if (!started) await deps.dropJob(id)
      }
    },
    findJob: async ({ req, res, holder }) => {
      res.set('Cache-Control', 'no-store').json(showJob(await jobOf(req, holder.ownerId)))
    },
    cancelJob: async ({ req, res, holder }) => {
      const request = mutationOf(req, holder, null)
      sendAnswer(res, await deps.cancelJob(request, holder.ownerId, jobIdOf(req)))
    },
    listJobErrors: async ({ req, res, holder, query: { limit, cursor } }) => {
      const { id } = await jobOf(req, holder.ownerId)
      const list = ['job errors', id]
      const place = await placeOf(deps.cursors, list, cursor)
      const after = place === 'start' ? 0 : Number(place.value)
      const found = await deps.listJobErrors(id, limit + 1, after)
      const errors = found.slice(0, limit)
      const last = found.length > limit ? errors.at(-1) : undefined
      const nextCursor =
        last === undefined ? null : await deps.cursors.write(list, { value: last.row, id: '' })
      if (nextCursor !== null)
        res.set('Link', `<${req.path}?limit=${limit}&cursor=${nextCursor}>; rel="next"`)
      res.set('Cache-Control', 'no-store').json({ errors, nextCursor })
    },
  }
}

function jobIdOf(req: Request): string {
  const { id } = req.params
  return typeof id === 'string' && validate(id) ? id : refuse('job_not_found')
}

function readerOf(req: Request): (text: AsyncIterable<string>) => AsyncIterable<FileRow> {
  if (req.get('Content-Encoding') !== undefined) refuse('unsupported_media_type')
  if (req.is('text/csv') === 'text/csv') return csvRows
  return req.is('application/x-ndjson') === 'application/x-ndjson'
    ? jsonRows
    : refuse('unsupported_media_type', { detail: 'It takes text/csv and application/x-ndjson.' })
}

/** Whoever sends it may look for the answer only when all of it is sent. */
async function ignoreRest(req: Request): Promise<void> {
  const enough = setTimeout(() => req.destroy(), restMs)
  try {
    // Not `resume`, which does nothing while the reader before has yet to leave.
    for await (const chunk of req) void chunk
  } catch {
    // He has left.
  } finally {
    clearTimeout(enough)
  }
}

/** How many rows there were. */
async function store(deps: JobDeps, id: string, rows: AsyncIterable<FileRow>): Promise<number> {
  let [chunk, number, count]: [FileRow[], number, number] = [[], 0, 0]
  const flush = async () => {
    if (chunk.length > 0) await deps.addRows(id, number++, chunk)
    chunk = []
  }
  for await (const row of rows) {
    if (++count > maxJobRows) refuse('body_too_large')
    if (chunk.push(row) === chunkRows) await flush()
  }
  await flush()
  return count
}

export function showJob({ createdAt, finishedAt, ...job }: StoredJob): Job {
  return {
    ...job,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  }
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/preact-query'
import type { Job, JobErrorPage } from '@sleepwell/contracts/job'
import { useEffect, useState } from 'preact/hooks'
import { Dialog } from '../controls/dialog.tsx'
import { downloadTable } from '../controls/download.ts'
import { ErrorNote } from '../controls/error-note.tsx'
import { plural, showCount } from '../report/format.ts'
import { api, may } from '../session/session.ts'
import { errorTable, hasReasons, withoutReasons } from './import-errors.ts'

const askedMs = 700
/** A file of a million rows takes its time. */
const uploadMs = 600_000
/** Enough to see whose file it is, before the whole of it is read into memory. */
const headBytes = 64

export function ImportDialog({ close }: { readonly close: () => void }) {
  const [file, setFile] = useState<File>()
  const [upsert, setUpsert] = useState(false)
  const upload = useMutation({
    mutationFn: async (given: File) =>
      await api.createJob(await uploadOf(given), {
        query: { upsert: String(upsert) },
        timeoutMs: uploadMs,
        retries: 0,
      }),
  })
  return (
    <Dialog title="Import links" narrow keeps={file !== undefined} close={close}>
      <div class="dialog-body stack">
        {upload.data === undefined ? (
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault()
              if (file !== undefined) upload.mutate(file)
            }}
          >
            <div class="field">
              <label for="file">CSV or NDJSON</label>
              <input
                id="file"
                class="input"
                type="file"
                accept=".csv,.ndjson,.jsonl,text/csv"
                required
                onChange={({ currentTarget }) => setFile(currentTarget.files?.[0])}
              />
              <p class="hint">
                A first line with names of columns: <code>destination</code>, and any of{' '}
                <code>slug</code>, <code>title</code>, <code>tags</code>, <code>externalId</code>,
                <code>expiresAt</code>, … An export is such a file.
              </p>
            </div>
            {may('links:write') && (
              <label class="check">
                <input
                  type="checkbox"
                  checked={upsert}
                  onChange={({ currentTarget }) => setUpsert(currentTarget.checked)}
                />
                Change links that have the same externalId
              </label>
            )}
            {upload.error !== null && <ErrorNote what="Not imported" error={upload.error} />}
            <button class="button primary" disabled={file === undefined || upload.isPending}>
              {upload.isPending ? 'Sending…' : 'Import'}
            </button>
          </form>
        ) : (
          <Progress id={upload.data.id} close={close} />
        )}
      </div>
    </Dialog>
  )
}

async function uploadOf(file: File) {
  if (/\.(?:ndjson|jsonl)$/u.test(file.name))
    return { type: 'application/x-ndjson', content: file } as const
  const isErrors = hasReasons(await file.slice(0, headBytes).text())
  return { type: 'text/csv', content: isErrors ? withoutReasons(await file.text()) : file } as const
}

function Progress({ id, close }: { readonly id: string; readonly close: () => void }) {
  const queries = useQueryClient()
  const { data: job, error } = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => api.findJob(id, { signal }),
    refetchInterval: ({ state }) => (isOver(state.data) ? false : askedMs),
  })
  const over = isOver(job)
  useEffect(() => {
    if (over) void queries.invalidateQueries()
  }, [over])
  if (job === undefined)
    return error === null ? (
      <progress aria-label="Import" />
    ) : (
      <ErrorNote what="Unknown" error={error} />
    )
  const finished = job.done + job.failed
  return (
    <div class="stack">
      <p role="status">{sayJob(job)}</p>
      <progress
        aria-label="Rows done"
        {...(job.rows === null ? {} : { max: Math.max(job.rows, 1), value: finished })}
      />
      <p class="number muted small">
        {showCount(finished)} of {job.rows === null ? '…' : showCount(job.rows)} rows
      </p>
      {job.failed > 0 && <Failures id={id} failed={job.failed} />}
      {error !== null && <ErrorNote what="How far it is could not be read" error={error} />}
      <div class="row">
        {over ? (
          <button type="button" class="button primary" onClick={close}>
            Done
          </button>
        ) : (
          <button type="button" class="button" onClick={() => void api.cancelJob(id)}>
            Stop; what is done stays
          </button>
        )}
      </div>
    </div>
  )
}

function Failures({ id, failed }: { readonly id: string; readonly failed: number }) {
  const file = useMutation({
    mutationFn: async () => {
      const errors: JobErrorPage['errors'] = []
      for await (const one of api.each('listJobErrors', id, { limit: 100 })) errors.push(one)
      downloadTable('import-errors', errorTable(errors))
    },
  })
  return (
    <div class="notice warn">
      <p class="grow">{plural(failed, 'row')} could not be imported.</p>
      <button
        type="button"
        class="button tiny"
        disabled={file.isPending}
        onClick={() => file.mutate()}
      >
        File of errors
      </button>
      {file.error !== null && <ErrorNote what="No file" error={file.error} />}
    </div>
  )
}

function isOver(job: Job | undefined): boolean {
  return job !== undefined && ['done', 'cancelled', 'failed'].includes(job.state)
}

function sayJob({ state, done }: Job): string {
  switch (state) {
    case 'uploading':
      return 'The file is arriving.'
    case 'running':
      return 'Links are being made. It goes on if you close this.'
    case 'done':
      return `Finished: ${plural(done, 'link')}.`
    case 'cancelled':
      return `Stopped: ${plural(done, 'link')} made.`
    case 'failed':
      return 'The file could not be read to its end.'
  }
}

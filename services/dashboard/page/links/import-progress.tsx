import { useMutation, useQuery, useQueryClient } from '@tanstack/preact-query'
import type { JobErrorPage } from '@sleepwell/contracts/job'
import { useEffect } from 'preact/hooks'
import { downloadTable } from '../controls/download.ts'
import { ErrorNote } from '../controls/error-note.tsx'
import { plural, showCount } from '../report/format.ts'
import { api, may } from '../session/session.ts'
import { errorTable } from './import-errors.ts'
import { failureOf, isOver, sayJob } from './job-words.ts'
import { linksChanged } from './links-changed.ts'

const askedMs = 700

interface ProgressProps {
  readonly id: string
  readonly close: () => void
}

export function ImportProgress({ id, close }: ProgressProps) {
  const queries = useQueryClient()
  const {
    data: job,
    error,
    refetch,
  } = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => api.findJob(id, { signal }),
    refetchInterval: ({ state }) =>
      isOver(state.data) || Object(state.error).status === 404 ? false : askedMs,
  })
  const stop = useMutation({
    mutationFn: () => api.cancelJob(id),
    onSuccess: () => void refetch(),
  })
  const over = isOver(job)
  useEffect(() => {
    if (over) void linksChanged(queries, 'unknown')
  }, [over])
  if (job === undefined)
    return error === null ? (
      <progress aria-label="Import" />
    ) : (
      <ErrorNote what="The import could not be read" error={error} retry={() => void refetch()} />
    )
  const finished = job.done + job.failed
  const failure = failureOf(job)
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
      {failure !== undefined && <ErrorNote what="The import failed" error={failure} />}
      {job.failed > 0 && <Failures id={id} failed={job.failed} />}
      {error !== null && <ErrorNote what="How far it is could not be read" error={error} />}
      {stop.error !== null && <ErrorNote what="It was not stopped" error={stop.error} />}
      <div class="row">
        {over ? (
          <button type="button" class="button primary" onClick={close}>
            Done
          </button>
        ) : (
          may('links:create') && (
            <button
              type="button"
              class="button"
              disabled={stop.isPending}
              onClick={() => stop.mutate()}
            >
              Stop; what is done stays
            </button>
          )
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

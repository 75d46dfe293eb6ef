import { useMutation } from '@tanstack/preact-query'
import { useEffect, useState } from 'preact/hooks'
import { Dialog } from '../controls/dialog.tsx'
import { ErrorNote } from '../controls/error-note.tsx'
import { api, may } from '../session/session.ts'
import { hasReasons, withoutReasons } from './import-errors.ts'
import { ImportProgress } from './import-progress.tsx'

/** A file of a million rows takes its time. */
const uploadMs = 600_000
/** Enough to see whose file it is, before the whole of it is read into memory. */
const headBytes = 64

interface ImportProps {
  /** Of an import that has begun. */
  readonly id: string | undefined
  readonly begun: (id: string) => void
  readonly close: () => void
}

export function ImportDialog({ id, begun, close }: ImportProps) {
  const [file, setFile] = useState<File>()
  const [upsert, setUpsert] = useState(false)
  const [sending] = useState(() => new AbortController())
  // Of half a file nothing is imported, and nobody would learn of what is.
  useEffect(() => () => sending.abort(), [])
  const upload = useMutation({
    mutationFn: async (given: File) =>
      await api.createJob(await uploadOf(given), {
        query: { upsert: String(upsert) },
        timeoutMs: uploadMs,
        retries: 0,
        signal: sending.signal,
      }),
    onSuccess: (job) => begun(job.id),
  })
  return (
    <Dialog title="Import links" narrow keeps={file !== undefined} close={close}>
      <div class="dialog-body stack">
        {id === undefined ? (
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
            {upload.isPending && (
              <p class="hint" role="status">
                Keep this open until the file has arrived.
              </p>
            )}
            <button class="button primary" disabled={file === undefined || upload.isPending}>
              {upload.isPending ? 'Sending…' : 'Import'}
            </button>
          </form>
        ) : (
          <ImportProgress id={id} close={close} />
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

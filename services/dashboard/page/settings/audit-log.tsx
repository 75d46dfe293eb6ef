import { useInfiniteQuery } from '@tanstack/preact-query'
import { ErrorNote } from '../controls/error-note.tsx'
import { showMoment } from '../report/format.ts'
import { browserTimezone } from '../report/timezone.ts'
import { dayAt } from '../report/zoned-days.ts'
import { api } from '../session/session.ts'

export function AuditLog() {
  const log = useInfiniteQuery({
    queryKey: ['audit-log'],
    queryFn: ({ signal, pageParam }) =>
      api.listAuditLog({ limit: 20, ...(pageParam !== '' && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
  const entries = (log.data?.pages ?? []).flatMap((page) => page.entries)
  return (
    <section class="card stack" aria-label="Audit log">
      <h2>Who changed what</h2>
      {log.error !== null && (
        <ErrorNote
          what="The log could not be read"
          error={log.error}
          retry={() => void log.refetch()}
        />
      )}
      <div class="scroll" role="region" aria-label="Audit log, table" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">What</th>
              <th scope="col">Fields</th>
              <th scope="col">By key</th>
            </tr>
          </thead>
          <tbody>
            {entries.map(({ id, at, action, subjectId, changes, keyId }) => (
              <tr key={id}>
                <td class="number-start">
                  {showMoment(at, browserTimezone, dayAt(Date.parse(at), browserTimezone))}
                </td>
                <td>
                  {action.startsWith('link.') ? (
                    <a href={`/links/${subjectId}`}>{action}</a>
                  ) : (
                    action
                  )}
                </td>
                <td class="muted">
                  {action.endsWith('.created') ? '' : changes.map(({ field }) => field).join(', ')}
                </td>
                <td class="mono muted">{keyId === null ? 'the system' : keyId.slice(-6)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {log.hasNextPage && (
        <button
          type="button"
          class="button bare tiny"
          disabled={log.isFetchingNextPage}
          onClick={() => void log.fetchNextPage()}
        >
          Earlier
        </button>
      )}
    </section>
  )
}

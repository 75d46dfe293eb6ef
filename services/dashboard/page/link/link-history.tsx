import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/preact-query'
import type { AuditEntry } from '@sleepwell/contracts/audit'
import type { Link } from '@sleepwell/contracts/link'
import { ErrorNote } from '../controls/error-note.tsx'
import { showMoment } from '../report/format.ts'
import { browserTimezone } from '../report/timezone.ts'
import { dayAt } from '../report/zoned-days.ts'
import { api, may } from '../session/session.ts'
import { say } from '../shell/toasts.tsx'
import { showValue, titleOf } from './history-words.ts'

export function LinkHistory({ link }: { readonly link: Link }) {
  const history = useInfiniteQuery({
    queryKey: ['history', link.id],
    queryFn: ({ signal, pageParam }) =>
      api.listHistory(link.id, pageParam === '' ? {} : { cursor: pageParam }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
  const entries = (history.data?.pages ?? []).flatMap((page) => page.entries)
  return (
    <section class="card" aria-label="History">
      <div class="card-head">
        <h2>History</h2>
      </div>
      {history.error !== null && (
        <ErrorNote
          what="The history could not be read"
          error={history.error}
          retry={() => void history.refetch()}
        />
      )}
      <ol class="stepped">
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} link={link} />
        ))}
      </ol>
      {history.hasNextPage && (
        <button
          type="button"
          class="button bare tiny"
          disabled={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          Earlier changes
        </button>
      )}
    </section>
  )
}

function Entry({ entry, link }: { readonly entry: AuditEntry; readonly link: Link }) {
  const queries = useQueryClient()
  const { at, version, changes, keyId } = entry
  const restore = useMutation({
    mutationFn: () => api.revertLink(link.id, { version }, { ifMatch: link }),
    // Somebody else may have been first: the next try is with what it is now.
    onError: () => void queries.invalidateQueries({ queryKey: ['link', link.id] }),
    onSuccess: () => {
      void queries.invalidateQueries()
      say(`It is as in version ${version} again.`)
    },
  })
  const moment = showMoment(at, browserTimezone, dayAt(Date.parse(at), browserTimezone))
  return (
    <li>
      <div class="row spread">
        <span>
          <strong>{titleOf(entry)}</strong>{' '}
          <span class="muted small number">
            {moment}, version {version},{' '}
            {keyId === null ? 'by the system' : `by key ${keyId.slice(-6)}`}
          </span>
        </span>
        {version < link.version && entry.action !== 'link.deleted' && may('links:write') && (
          <button
            type="button"
            class="button tiny"
            disabled={restore.isPending}
            onClick={() => restore.mutate()}
          >
            Restore version {version}
          </button>
        )}
      </div>
      {entry.action !== 'link.created' && (
        <dl class="diff">
          {changes.map(({ field, before, after }) => (
            <div key={field}>
              <dt class="muted small">{field}</dt>
              <dd>
                {before !== null && (
                  <>
                    <del>{showValue(before)}</del>{' '}
                  </>
                )}
                <ins>{showValue(after)}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {restore.error !== null && <ErrorNote what="Not restored" error={restore.error} />}
    </li>
  )
}

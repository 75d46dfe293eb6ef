import { useMutation, useQuery, useQueryClient } from '@tanstack/preact-query'
import { EmptyState } from '../controls/empty-state.tsx'
import { ErrorNote } from '../controls/error-note.tsx'
import { showMoment } from '../report/format.ts'
import { browserTimezone } from '../report/timezone.ts'
import { dayAt } from '../report/zoned-days.ts'
import { api, may } from '../session/session.ts'
import { Heading } from '../shell/heading.tsx'
import { say } from '../shell/toasts.tsx'

/** What is at the address of a link that is not there: one that was deleted, for as long as it can be restored. */
export function DeletedLink({ id }: { readonly id: string }) {
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: ['deleted-link', id],
    queryFn: async ({ signal }) => {
      const { links } = await api.listLinks({ id, deleted: 'true', archived: 'all' }, { signal })
      return links[0] ?? 'absent'
    },
  })
  const restore = useMutation({
    mutationFn: () => api.restoreLink(id),
    onSuccess: ({ slug }) => {
      void queries.invalidateQueries()
      say(`${slug} leads on again.`)
    },
  })
  if (data === undefined)
    return error === null ? (
      <div class="skeleton" aria-hidden="true" />
    ) : (
      <ErrorNote what="The link could not be read" error={error} retry={() => void refetch()} />
    )
  const at = data === 'absent' ? null : data.deletedAt
  return (
    <>
      <div class="head">
        <Heading>{data === 'absent' ? 'Link' : data.slug}</Heading>
      </div>
      <div class="card">
        {data === 'absent' || at === null ? (
          <EmptyState title="There is no such link">
            <p>If it was deleted, that is more than 30 days ago.</p>
            <a class="button" href="/links">
              All links
            </a>
          </EmptyState>
        ) : (
          <EmptyState title="This link was deleted">
            <p>
              At {showMoment(at, browserTimezone, dayAt(Date.parse(at), browserTimezone))}. Within
              30 days it can be restored; it led to {data.destination}
            </p>
            {may('links:write') && (
              <button
                type="button"
                class="button primary"
                disabled={restore.isPending}
                onClick={() => restore.mutate()}
              >
                Restore
              </button>
            )}
            <a class="button" href="/links?shelf=deleted">
              Deleted links
            </a>
            {restore.error !== null && <ErrorNote what="Not restored" error={restore.error} />}
          </EmptyState>
        )}
      </div>
    </>
  )
}

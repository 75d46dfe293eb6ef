import { useMutation, useQueryClient } from '@tanstack/preact-query'
import type { Link } from '@sleepwell/contracts/link'
import { useState } from 'preact/hooks'
import { ErrorNote } from '../controls/error-note.tsx'
import { composes } from '../links/composes.ts'
import { go } from '../routing/place.ts'
import { api } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { say } from '../shell/toasts.tsx'

export function LinkActions({ link }: { readonly link: Link }) {
  const queries = useQueryClient()
  const [asks, setAsks] = useState(false)
  // Somebody else may have been first: the next try is with what it is now.
  const onError = () => void queries.invalidateQueries({ queryKey: ['link', link.id] })
  const archive = useMutation({
    mutationFn: () => api.updateLink(link.id, { archived: !link.archived }, { ifMatch: link }),
    onSuccess: () => void queries.invalidateQueries(),
    onError,
  })
  const remove = useMutation({
    mutationFn: () => api.deleteLink(link.id, { ifMatch: link }),
    onError,
    onSuccess: () => {
      void queries.invalidateQueries()
      say(`Deleted ${link.slug}. Within 30 days it can be restored.`)
      go('/links')
    },
  })
  const error = archive.error ?? remove.error
  return (
    <>
      {error !== null && <ErrorNote what="Not changed" error={error} />}
      <div class="row">
        <button
          type="button"
          class="button"
          onClick={() => {
            composes.value = { kind: 'edit', link }
          }}
        >
          <Icon name="edit" /> Edit
        </button>
        <button
          type="button"
          class="button"
          disabled={archive.isPending}
          onClick={() => archive.mutate()}
        >
          {link.archived ? 'Take back' : 'Archive'}
        </button>
        {asks ? (
          <button
            type="button"
            class="button danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate()}
          >
            Really delete
          </button>
        ) : (
          <button type="button" class="button danger" onClick={() => setAsks(true)}>
            Delete
          </button>
        )}
      </div>
    </>
  )
}

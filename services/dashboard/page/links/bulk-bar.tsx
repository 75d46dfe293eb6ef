import { useMutation, useQueryClient } from '@tanstack/preact-query'
import type { Link, UpdateLink } from '@sleepwell/contracts/link'
import { useState } from 'preact/hooks'
import { ErrorNote } from '../controls/error-note.tsx'
import { plural } from '../report/format.ts'
import { api, may } from '../session/session.ts'
import { say } from '../shell/toasts.tsx'
import { type BulkOutcome, inChunks, sumOutcomes } from './bulk-outcome.ts'
import { linksChanged } from './links-changed.ts'
import type { Shelf } from './list-state.ts'
import { tagsOf } from './tag-text.ts'

interface BulkProps {
  readonly links: readonly Link[]
  readonly shelf: Shelf
  readonly clear: () => void
}

type Change =
  | { readonly kind: 'set'; readonly set: (link: Link) => UpdateLink; readonly done: string }
  | { readonly kind: 'delete' }
  | { readonly kind: 'restore' }

interface Work {
  readonly change: Change
  readonly of: readonly Link[]
}

export function BulkBar({ links, shelf, clear }: BulkProps) {
  const queries = useQueryClient()
  const [tags, setTags] = useState('')
  const [asks, setAsks] = useState(false)
  const work = useMutation({
    mutationFn: ({ change, of }: Work) => carryOut(change, of),
    onSuccess: ({ succeeded, failed }, { change, of }) => {
      void linksChanged(
        queries,
        of.map(({ id }) => id),
      )
      say(`${plural(succeeded, 'link')} ${wordOf(change)}.`)
      if (failed.length === 0) clear()
      setAsks(false)
    },
  })
  const failed = work.data?.failed ?? []
  // What is picked may be other links by the time that an answer comes.
  const start = (change: Change) => work.mutate({ change, of: links })
  const set = (done: string, change: (link: Link) => UpdateLink) =>
    start({ kind: 'set', set: change, done })
  const named = tagsOf(tags)
  if (!may('links:write')) return null
  return (
    <div class="card head" role="group" aria-label="What to do with the picked links">
      <strong class="number">{plural(links.length, 'link')}</strong>
      {shelf === 'deleted' ? (
        <button type="button" class="button" onClick={() => start({ kind: 'restore' })}>
          Restore
        </button>
      ) : (
        <>
          <form
            class="row"
            onSubmit={(event) => {
              event.preventDefault()
              set('tagged', (link) => ({ tags: [...new Set([...link.tags, ...named])] }))
            }}
          >
            <label class="hidden-text" for="bulk-tags">
              Tags, separated by commas
            </label>
            <input
              id="bulk-tags"
              class="input auto"
              placeholder="Tags"
              value={tags}
              onInput={({ currentTarget }) => setTags(currentTarget.value)}
            />
            <button class="button" disabled={named.length === 0 || work.isPending}>
              Add
            </button>
            <button
              type="button"
              class="button"
              disabled={named.length === 0 || work.isPending}
              onClick={() =>
                set('untagged', (link) => ({ tags: link.tags.filter((t) => !named.includes(t)) }))
              }
            >
              Remove
            </button>
          </form>
          <button
            type="button"
            class="button"
            disabled={work.isPending}
            onClick={() =>
              shelf === 'archived'
                ? set('taken back', () => ({ archived: false }))
                : set('archived', () => ({ archived: true }))
            }
          >
            {shelf === 'archived' ? 'Take back' : 'Archive'}
          </button>
          {asks ? (
            <button
              type="button"
              class="button danger"
              disabled={work.isPending}
              onClick={() => start({ kind: 'delete' })}
            >
              Really delete {plural(links.length, 'link')}
            </button>
          ) : (
            <button type="button" class="button danger" onClick={() => setAsks(true)}>
              Delete
            </button>
          )}
        </>
      )}
      <span class="grow" />
      <button type="button" class="button bare" onClick={clear}>
        Pick none
      </button>
      {work.error !== null && <ErrorNote what="Nothing was changed" error={work.error} />}
      {failed.length > 0 && (
        <div class="notice warn" role="alert">
          <p class="grow">
            {plural(failed.length, 'link')} could not be changed. The first:{' '}
            {work.variables?.of[failed[0]?.index ?? 0]?.slug}: {failed[0]?.reason}.
          </p>
        </div>
      )}
    </div>
  )
}

function wordOf(change: Change): string {
  if (change.kind === 'set') return change.done
  return change.kind === 'delete' ? 'deleted' : 'restored'
}

async function carryOut(change: Change, links: readonly Link[]): Promise<BulkOutcome> {
  switch (change.kind) {
    case 'set':
      return await inChunks(links, (some) =>
        api.updateLinks({
          mode: 'best-effort',
          links: some.map((link) => ({
            id: link.id,
            version: link.version,
            set: change.set(link),
          })),
        }),
      )
    case 'delete':
      return await inChunks(links, (some) =>
        api.deleteLinks({
          mode: 'best-effort',
          links: some.map(({ id, version }) => ({ id, version })),
        }),
      )
    case 'restore': {
      // There is no call for many of these.
      const done = await Promise.allSettled(links.map(({ id }) => api.restoreLink(id)))
      return sumOutcomes(
        done.map((one, index) => ({
          index,
          reason: one.status === 'rejected' ? String(Object(one.reason).message) : undefined,
        })),
      )
    }
  }
}

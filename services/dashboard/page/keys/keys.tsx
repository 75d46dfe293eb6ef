import { useInfiniteQuery } from '@tanstack/preact-query'
import type { Key } from '@sleepwell/contracts/key'
import { useState } from 'preact/hooks'
import { EmptyState } from '../controls/empty-state.tsx'
import { ErrorNote } from '../controls/error-note.tsx'
import { showAgo } from '../report/format.ts'
import { api, may } from '../session/session.ts'
import { minute } from '../shell/clock.ts'
import { Heading } from '../shell/heading.tsx'
import { Icon } from '../shell/icon.tsx'
import { CreateKey } from './create-key.tsx'
import { KeyActions } from './key-actions.tsx'
import { stateOf } from './key-state.ts'

export function Keys() {
  const [creates, setCreates] = useState(false)
  const query = useInfiniteQuery({
    queryKey: ['keys'],
    queryFn: ({ signal, pageParam }) =>
      api.listKeys({ limit: 100, ...(pageParam !== '' && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled: may('keys:read'),
  })
  const keys = (query.data?.pages ?? []).flatMap((page) => page.keys)
  return (
    <>
      <div class="head">
        <Heading>Keys</Heading>
        <span class="grow" />
        {may('keys:write') && (
          <button type="button" class="button primary" onClick={() => setCreates(true)}>
            <Icon name="plus" /> Create key
          </button>
        )}
      </div>
      {body()}
      {creates && <CreateKey close={() => setCreates(false)} />}
    </>
  )

  function body() {
    if (!may('keys:read'))
      return (
        <div class="card">
          <EmptyState title="Your key may not see keys">
            <p>
              It lacks the scope <code>keys:read</code>.
            </p>
          </EmptyState>
        </div>
      )
    if (query.data === undefined)
      return query.error === null ? (
        <div class="skeleton" aria-hidden="true" />
      ) : (
        <ErrorNote
          what="Keys could not be read"
          error={query.error}
          retry={() => void query.refetch()}
        />
      )
    if (keys.length === 0)
      return (
        <div class="card">
          <EmptyState title="No keys" command="npm run create-key -- --owner me --scopes admin" />
        </div>
      )
    return (
      <section class="card" aria-label="API keys">
        <div class="scroll" role="region" aria-label="API keys, table" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col" class="wide">
                  Begins with
                </th>
                <th scope="col" class="wide">
                  Scopes
                </th>
                <th scope="col" class="wide">
                  Last used
                </th>
                <th scope="col">State</th>
                <th scope="col">
                  <span class="hidden-text">Do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.map((key) => (
                <Row key={key.id} of={key} />
              ))}
            </tbody>
          </table>
        </div>
        {query.hasNextPage && (
          <button type="button" class="button bare tiny" onClick={() => void query.fetchNextPage()}>
            More keys
          </button>
        )}
      </section>
    )
  }
}

function Row({ of: key }: { readonly of: Key }) {
  const { look, words, ended } = stateOf(key, minute.value)
  return (
    <tr data-key={key.id}>
      <th scope="row">
        {key.name ?? <span class="muted">without a name</span>}
        {may('admin') && <p class="small muted">{key.ownerId}</p>}
      </th>
      <td class="wide mono muted">{key.prefix ?? '–'}</td>
      <td class="wide">
        <span class="row">
          {key.scopes.map((scope) => (
            <span key={scope} class="tag">
              {scope}
            </span>
          ))}
        </span>
      </td>
      <td class="wide muted">
        {key.lastUsedAt === null ? 'never' : showAgo(key.lastUsedAt, minute.value)}
      </td>
      <td>
        <span class={`badge ${look}`}>{words}</span>
      </td>
      <td class="number">{!ended && may('keys:write') && <KeyActions of={key} />}</td>
    </tr>
  )
}

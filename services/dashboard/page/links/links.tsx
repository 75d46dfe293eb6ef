import { useState } from 'preact/hooks'
import { EmptyState } from '../controls/empty-state.tsx'
import { ErrorNote, StaleBadge } from '../controls/error-note.tsx'
import { plural, showCount } from '../report/format.ts'
import { goSearch, place } from '../routing/place.ts'
import { withParams } from '../routing/search.ts'
import { may } from '../session/session.ts'
import { Heading } from '../shell/heading.tsx'
import { Icon } from '../shell/icon.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { composes } from './composes.ts'
import { ImportDialog } from './import-dialog.tsx'
import { isNarrowed, readList } from './list-state.ts'
import { LinkFilters } from './link-filters.tsx'
import { LinkTable } from './link-table.tsx'
import { linksTable } from './links-table.ts'
import { downloadTable } from '../controls/download.ts'
import { useClicksByLink, useLinkList } from './use-links.ts'

const tooMany = '; links beyond the 10,000 with the most have no place of their own'

export function Links() {
  const { search } = place.value
  const list = readList(search)
  const importId = new URLSearchParams(search).get('import') || undefined
  const { pages, count } = useLinkList(list)
  const clicks = useClicksByLink()
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [imports, setImports] = useState(false)
  const links = (pages.data?.pages ?? []).flatMap((page) => page.links)
  const chosen = links.filter(({ id }) => picked.has(id))
  const total = count.data?.count
  return (
    <>
      <div class="head">
        <Heading>Links</Heading>
        <span class="badge number" data-count="links">
          {total === undefined ? '…' : showCount(total)}
        </span>
        {pages.error !== null && pages.data !== undefined && (
          <StaleBadge
            since={pages.dataUpdatedAt}
            error={pages.error}
            retry={() => void pages.refetch()}
          />
        )}
        <span class="grow" />
        <button
          type="button"
          class="button"
          data-export="links"
          disabled={links.length === 0}
          title="CSV of the rows that are loaded (e)"
          onClick={() => downloadTable('links', linksTable(links, clicks.data))}
        >
          <Icon name="download" /> <span class="sign-says">CSV</span>
        </button>
        {may('links:create') && (
          <>
            <button type="button" class="button" onClick={() => setImports(true)}>
              <Icon name="upload" /> <span class="sign-says">Import</span>
            </button>
            <button
              type="button"
              class="button primary"
              title="Create a link (c)"
              onClick={() => {
                composes.value = { kind: 'new' }
              }}
            >
              <Icon name="plus" /> Create link
            </button>
          </>
        )}
      </div>
      <LinkFilters list={list} />
      {chosen.length > 0 && (
        <BulkBar links={chosen} shelf={list.shelf} clear={() => setPicked(new Set())} />
      )}
      {body()}
      {(imports || importId !== undefined) && (
        <ImportDialog
          id={importId}
          begun={(id) => {
            setImports(false)
            goSearch(withParams(place.value.search, { import: id }))
          }}
          close={() => {
            setImports(false)
            if (importId !== undefined) goSearch(withParams(search, { import: undefined }))
          }}
        />
      )}
    </>
  )

  function body() {
    if (pages.data === undefined)
      return pages.error === null ? (
        <div class="card">
          <div class="skeleton" aria-hidden="true" />
        </div>
      ) : (
        <ErrorNote
          what="Links could not be read"
          error={pages.error}
          retry={() => void pages.refetch()}
        />
      )
    if (links.length === 0) return <NoLinks narrowed={isNarrowed(list)} shelf={list.shelf} />
    return (
      <>
        <LinkTable
          links={links}
          total={total ?? links.length}
          list={list}
          clicks={clicks.data}
          picked={picked}
          setPicked={setPicked}
          more={() => {
            if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage()
          }}
        />
        <p class="hint">
          {plural(links.length, 'link')} loaded
          {pages.hasNextPage ? '; scroll on for more.' : ', all there are.'} Clicks are by people,
          in 30 days{list.sort === 'clicks' && clicks.data?.isWhole === false ? tooMany : ''}.
        </p>
      </>
    )
  }
}

function NoLinks({ narrowed, shelf }: { readonly narrowed: boolean; readonly shelf: string }) {
  return (
    <div class="card">
      {narrowed || shelf !== 'active' ? (
        <EmptyState title={narrowed ? 'No link matches' : `No ${shelf} links`}>
          <a class="button" href="/links">
            All links
          </a>
        </EmptyState>
      ) : (
        <EmptyState
          title="No links yet"
          command={`npm run sleepwell -- shorten https://example.com/spring`}
        >
          <p>
            Press <kbd>c</kbd> and paste a destination, import a CSV file, or use the command line:
          </p>
        </EmptyState>
      )}
    </div>
  )
}

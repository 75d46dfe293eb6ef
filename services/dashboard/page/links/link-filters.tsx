import { useEffect, useRef } from 'preact/hooks'
import { Segments } from '../controls/segments.tsx'
import { goSearch, place } from '../routing/place.ts'
import { withParams } from '../routing/search.ts'
import { Icon } from '../shell/icon.tsx'
import { isFilter, type ListState, shelves, withTag } from './list-state.ts'
import { useDomains, useTags } from './use-links.ts'

/** After the last letter: a search among many links is not for every letter. */
const typedMs = 250
const shownTags = 12

export function LinkFilters({ list }: { readonly list: ListState }) {
  const { path, search } = place.value
  const tags = useTags().data ?? []
  const domains = useDomains().data ?? []
  const shown = tags
    .filter(({ tag }) => isFilter(tag))
    .toSorted((a, b) => b.links - a.links)
    .slice(0, shownTags)
  return (
    <>
      <div class="head">
        <SearchBox given={list.search} />
        <Segments
          label="Which links"
          current={list.shelf}
          choices={shelves.map((shelf) => ({
            name: shelf,
            label: shelf[0]?.toUpperCase() + shelf.slice(1),
            href: path + withParams(search, { shelf: shelf === 'active' ? undefined : shelf }),
          }))}
        />
        {domains.length > 1 && (
          <>
            <label class="hidden-text" for="list-domain">
              Domain
            </label>
            <select
              id="list-domain"
              class="input auto"
              value={list.domain ?? ''}
              onChange={({ currentTarget }) =>
                goSearch(withParams(search, { domain: currentTarget.value || undefined }))
              }
            >
              <option value="">All domains</option>
              {domains.map(({ domain }) => (
                <option key={domain} value={domain}>
                  {domain}
                </option>
              ))}
            </select>
          </>
        )}
      </div>
      {shown.length > 0 && (
        <nav class="row head" aria-label="Tags">
          {shown.map(({ tag, links }) => (
            <a
              key={tag}
              class={list.tags.includes(tag) ? 'badge accent' : 'badge'}
              href={path + withTag(search, tag)}
              aria-current={list.tags.includes(tag) ? 'true' : undefined}
            >
              <span class="cut">{tag}</span> <span class="number">{links}</span>
            </a>
          ))}
        </nav>
      )}
    </>
  )
}

function SearchBox({ given }: { readonly given: string }) {
  const field = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => {
    // Back and forward change what is searched for; whoever types is not interrupted.
    if (field.current !== null && document.activeElement !== field.current)
      field.current.value = given
  }, [given])
  // Whoever goes elsewhere searches no more.
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <search class="search-box">
      <Icon name="search" />
      <input
        ref={field}
        class="input"
        type="search"
        aria-label="Search links"
        placeholder="Slug, destination, title, tag   /"
        maxLength={200}
        defaultValue={given}
        onInput={({ currentTarget: { value } }) => {
          clearTimeout(timer.current)
          timer.current = setTimeout(
            () =>
              goSearch(
                withParams(place.value.search, { search: value.trim() || undefined }),
                'replace',
              ),
            typedMs,
          )
        }}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
    </search>
  )
}

import type { Link } from '@sleepwell/contracts/link'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { place } from '../routing/place.ts'
import { may } from '../session/session.ts'
import { LinkRow } from './link-row.tsx'
import { type ListState, type Sort, sortedBy } from './list-state.ts'
import type { ClicksByLink } from './links-table.ts'
import { windowOf } from './window-of.ts'

interface TableProps {
  readonly links: readonly Link[]
  readonly total: number
  readonly list: ListState
  readonly clicks: ClicksByLink | undefined
  readonly picked: ReadonlySet<string>
  readonly setPicked: (ids: ReadonlySet<string>) => void
  readonly more: () => void
}

const rowHeight = 58
/** Rows before the end at which the next page is asked for. */
const ahead = 40

/** However many links there are, some thirty rows are drawn. */
export function LinkTable({ links, total, list, clicks, picked, setPicked, more }: TableProps) {
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 800 })
  const measure = () => {
    const { current } = box
    if (current !== null) setView({ top: current.scrollTop, height: current.clientHeight })
  }
  useLayoutEffect(() => {
    const observer = new ResizeObserver(measure)
    if (box.current !== null) observer.observe(box.current)
    return () => observer.disconnect()
  }, [])
  const { from, to } = windowOf(view.top, view.height, rowHeight, links.length)
  useLayoutEffect(() => {
    if (to > links.length - ahead) more()
  }, [to, links.length])
  const allPicked = links.length > 0 && links.every(({ id }) => picked.has(id))
  const pick = (id: string) => {
    const next = new Set(picked)
    if (!next.delete(id)) next.add(id)
    setPicked(next)
  }
  return (
    <div
      class="card scroll links-table"
      ref={box}
      onScroll={measure}
      tabIndex={0}
      role="region"
      aria-label="Links"
    >
      <table aria-rowcount={total + 1}>
        <colgroup>
          <col class="pick" />
          <col />
          <col class="wide" width="34%" />
          <col class="wide" width="16%" />
          <col width="92" />
          <col class="wide" width="112" />
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="pick">
              <input
                type="checkbox"
                aria-label={`Pick all ${links.length} that are loaded`}
                checked={allPicked}
                onChange={() => setPicked(new Set(allPicked ? [] : links.map(({ id }) => id)))}
              />
            </th>
            <SortHead list={list} sort="slug" label="Short link" />
            <th scope="col" class="wide">
              Destination
            </th>
            <th scope="col" class="wide">
              Tags
            </th>
            {may('reports:read') ? (
              <SortHead list={list} sort="clicks" label="Clicks" class="number" />
            ) : (
              <th scope="col" class="number">
                Clicks
              </th>
            )}
            <SortHead
              list={list}
              sort={list.sort === 'updatedAt' ? 'updatedAt' : 'createdAt'}
              label={list.sort === 'updatedAt' ? 'Edited' : 'Created'}
              class="wide number"
            />
          </tr>
        </thead>
        <tbody>
          {from > 0 && <Spacer rows={from} />}
          {links.slice(from, to).map((link, i) => (
            <LinkRow
              key={link.id}
              link={link}
              index={from + i + 2}
              clicks={clicks}
              sort={list.sort}
              picked={picked.has(link.id)}
              pick={pick}
            />
          ))}
          {to < links.length && <Spacer rows={links.length - to} />}
        </tbody>
      </table>
    </div>
  )
}

function Spacer({ rows }: { readonly rows: number }) {
  return (
    <tr class="spacer" aria-hidden="true" style={{ height: `${rows * rowHeight}px` }}>
      <td />
    </tr>
  )
}

interface HeadProps {
  readonly list: ListState
  readonly sort: Sort
  readonly label: string
  readonly class?: string
}

function SortHead({ list, sort, label, class: classes }: HeadProps) {
  const { path, search } = place.value
  const isSorted = list.sort === sort
  return (
    <th
      scope="col"
      class={classes}
      aria-sort={isSorted ? (list.order === 'asc' ? 'ascending' : 'descending') : undefined}
    >
      <a class="sort" href={path + sortedBy(search, sort)}>
        {label} {isSorted ? (list.order === 'asc' ? '↑' : '↓') : ''}
      </a>
    </th>
  )
}

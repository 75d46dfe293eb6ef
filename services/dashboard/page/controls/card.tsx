import type { ComponentChildren } from 'preact'
import { listed, toggled } from '../routing/search.ts'
import { place } from '../routing/place.ts'
import { Icon } from '../shell/icon.tsx'
import type { Table } from '../report/table.ts'
import { TableView } from './table-view.tsx'
import { downloadTable } from './download.ts'
import { ErrorNote, StaleBadge } from './error-note.tsx'

/** What a card needs to know of its query. */
export interface Load {
  readonly error: unknown
  readonly dataUpdatedAt: number
  readonly isFetching: boolean
  readonly isPlaceholderData: boolean
  readonly refetch: () => unknown
}

interface CardProps {
  readonly name: string
  readonly title: ComponentChildren
  readonly load: Load
  /** Undefined: nothing is known yet. */
  readonly table: Table | undefined
  readonly sentence?: string | undefined
  readonly tools?: ComponentChildren
  readonly children: ComponentChildren
  readonly empty?: ComponentChildren
  readonly label: string
}

/** A chart with its sentence, its table and its file: all three of the same numbers. */
export function Card(props: CardProps) {
  const { name, title, load, table, sentence, tools, children, label } = props
  const { search } = place.value
  const asTable = listed(search, 'table').includes(name)
  const hasRows = table !== undefined && table.rows.length > 0
  return (
    <section class="card" aria-label={label} aria-busy={load.isPlaceholderData} data-card={name}>
      <div class="card-head">
        {title}
        <span class="grow" />
        {table !== undefined && load.error !== null && (
          <StaleBadge since={load.dataUpdatedAt} error={load.error} retry={load.refetch} />
        )}
        <div class="card-tools">
          {tools}
          <a
            class="button bare tiny"
            href={place.value.path + toggled(search, 'table', name)}
            aria-label={asTable ? `${label} as a chart` : `${label} as a table`}
            aria-current={asTable ? 'true' : undefined}
            title={asTable ? 'Chart' : 'Table'}
          >
            <Icon name={asTable ? 'overview' : 'table'} />
          </a>
          <button
            type="button"
            class="button bare tiny"
            aria-label={`${label} as CSV`}
            title="CSV of what is shown"
            data-export={name}
            disabled={!hasRows || load.isPlaceholderData}
            onClick={() => table !== undefined && downloadTable(name, table)}
          >
            <Icon name="download" />
          </button>
        </div>
      </div>
      <div class="card-body">{body()}</div>
    </section>
  )

  function body() {
    if (table === undefined)
      return load.error === null ? (
        <div class="skeleton" aria-hidden="true" />
      ) : (
        <ErrorNote what={`${label} could not be read`} error={load.error} retry={load.refetch} />
      )
    if (!hasRows && props.empty !== undefined) return props.empty
    return (
      <>
        {sentence !== undefined && <p class="sentence">{sentence}</p>}
        {asTable ? <TableView label={label} table={table} /> : children}
      </>
    )
  }
}

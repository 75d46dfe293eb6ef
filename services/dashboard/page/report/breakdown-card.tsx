import type { ComponentChildren } from 'preact'
import { BarList } from '../charts/bar-list.tsx'
import { Card } from '../controls/card.tsx'
import { EmptyState, followCommand } from '../controls/empty-state.tsx'
import { goSearch, place } from '../routing/place.ts'
import { listed, toggled } from '../routing/search.ts'
import { askFor } from './ask.ts'
import { type Dimension, nameOf } from './dimensions.ts'
import { showCount } from './format.ts'
import type { WidgetProps } from './load.ts'
import { takesFilters } from './period.ts'
import { sayShares } from './sentences.ts'
import { type Share, sharesOf } from './shares.ts'
import { useLinkNames } from './use-link-names.ts'
import { useReport } from './use-report.ts'
import { withFilter, withPeriod } from './view-state.ts'

export type Tab = Dimension | 'link'

interface BreakdownProps extends WidgetProps {
  readonly name: string
  readonly groupBy: Tab
  readonly label: string
  /** Plural, in small letters. */
  readonly what: string
  readonly title: ComponentChildren
  readonly picture?: (shares: readonly Share[], choose: (key: string) => void) => ComponentChildren
}

const few = 8
/** A page of thousands of rows is read by nobody; the API exports them. */
const many = 500

export function BreakdownCard(props: BreakdownProps) {
  const { view, range, open, name, groupBy, label, what, title, picture } = props
  const { path, search } = place.value
  const tooLong = groupBy.startsWith('utm_') && !takesFilters(range)
  const load = useReport(tooLong ? undefined : askFor(view, range, groupBy), open)
  // Rows of the tab before must not stand under the name of this one.
  const data = load.data?.groupBy === groupBy && !tooLong ? load.data : undefined
  const counted = view.bots ? 'total' : 'human'
  const showsAll = listed(search, 'all').includes(name)
  const asTable = listed(search, 'table').includes(name)
  const all = data === undefined ? [] : sharesOf(data, counted, (key) => key)
  const shown = all.slice(0, showsAll || asTable || picture !== undefined ? many : few)
  const linkNames = useLinkNames(groupBy === 'link' ? shown.map(({ key }) => key) : [])
  const named = shown.map((share) => ({
    ...share,
    name: groupBy === 'link' ? linkNames(share.key) : nameOf(groupBy, share.key),
  }))
  const chosen = groupBy === 'link' ? view.link : view.filters[groupBy]
  const hrefOf = (key: string) =>
    path + withFilter(search, groupBy, key === chosen ? undefined : key)
  const table = {
    columns: [label, view.bots ? 'Clicks' : 'Human clicks', 'Unique', 'Share'],
    rows: named.map((row) => [row.name, row.count, row.unique, `${(row.share * 100).toFixed(1)}%`]),
    hrefs: named.map(({ key }) => hrefOf(key)),
  }
  if (tooLong) return <TooLong title={title} label={label} />
  return (
    <Card
      name={name}
      label={label}
      title={title}
      load={load}
      table={data && table}
      sentence={sayShares([...named, ...all.slice(named.length)], data?.totals[counted] ?? 0, what)}
      empty={
        <EmptyState
          title={`No ${what} yet`}
          {...(!groupBy.startsWith('utm_') && { command: followCommand(props.shortLink) })}
        >
          {groupBy.startsWith('utm_') && <p>Clicks of links with UTM parameters show up here.</p>}
        </EmptyState>
      }
    >
      {picture?.(named, (key) => goSearch(withFilter(search, groupBy, key)))}
      <BarList
        rows={picture === undefined ? named : named.slice(0, 4)}
        chosen={chosen}
        hrefOf={hrefOf}
      />
      {picture === undefined && all.length > few && (
        <a class="button bare tiny" href={path + toggled(search, 'all', name)}>
          {showsAll ? 'Show fewer' : `Show all ${showCount(Math.min(all.length, many))}`}
        </a>
      )}
      {shown.length === many && all.length > many && (
        <p class="hint">The first {many}. The CSV of the API has them all.</p>
      )}
    </Card>
  )
}

function TooLong({ title, label }: Pick<BreakdownProps, 'title' | 'label'>) {
  const { path, search } = place.value
  return (
    <section class="card" aria-label={label}>
      <div class="card-head">{title}</div>
      <EmptyState title="Campaigns reach back 31 days">
        <p>They are looked up click by click.</p>
        <a class="button" href={path + withPeriod(search, 'month')}>
          Show the last 30 days
        </a>
      </EmptyState>
    </section>
  )
}

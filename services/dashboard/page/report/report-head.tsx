import type { ComponentChildren } from 'preact'
import { Heading } from '../shell/heading.tsx'
import { goSearch, place } from '../routing/place.ts'
import { minute } from '../shell/clock.ts'
import { FilterChips } from './filter-chips.tsx'
import { type Comparison, takesFilters, rangeOf } from './period.ts'
import { PeriodPicker } from './period-picker.tsx'
import { hasFilters, type View, withBots, withComparison, withPeriod } from './view-state.ts'

interface HeadProps {
  readonly title: string
  readonly view: View
  readonly children?: ComponentChildren
  /** The link of the page: no filter that one could take away. */
  readonly ownLink?: string
}

const comparisonLabels: Readonly<Record<Comparison, string>> = {
  previous: 'Previous period',
  year: 'A year before',
  none: 'No comparison',
}

export function ReportHead({ title, view, children, ownLink }: HeadProps) {
  const { path, search } = place.value
  const range = rangeOf(view.period, view.timezone, minute.value)
  return (
    <>
      <div class="head">
        <Heading>{title}</Heading>
        <span class="grow" />
        {children}
      </div>
      <div class="head">
        <PeriodPicker view={view} />
        <span class="grow" />
        <label class="hidden-text" for="comparison">
          Compare with
        </label>
        <select
          id="comparison"
          class="input auto"
          value={view.comparison}
          onChange={({ currentTarget }) =>
            goSearch(withComparison(search, currentTarget.value as Comparison))
          }
        >
          {Object.entries(comparisonLabels).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="button"
          aria-pressed={view.bots}
          title="Count bots in charts and lists (b)"
          onClick={() => goSearch(withBots(search, !view.bots))}
        >
          With bots
        </button>
      </div>
      <FilterChips view={view} ownLink={ownLink} />
      {hasFilters({ ...view, link: undefined }) && !takesFilters(range) && (
        <div class="notice warn" role="status">
          <p class="grow">
            Filters look at clicks one by one, which is possible within 31 days. This time is
            longer, so nothing is filtered yet.
          </p>
          <a class="button tiny" href={path + withPeriod(search, 'month')}>
            Show the last 30 days
          </a>
        </div>
      )}
    </>
  )
}

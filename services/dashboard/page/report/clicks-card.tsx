import type { ComponentChildren } from 'preact'
import { AreaChart } from '../charts/area-chart.tsx'
import { Card } from '../controls/card.tsx'
import { EmptyState, followCommand } from '../controls/empty-state.tsx'
import { goSearch, place } from '../routing/place.ts'
import { minute } from '../shell/clock.ts'
import { showLongBucket } from './format.ts'
import type { ReportLoad, WidgetProps } from './load.ts'
import { saySeries } from './sentences.ts'
import { besideEach, type Point, pointsOf } from './series.ts'
import { useMarks } from './use-marks.ts'
import { hasFilters, withPeriod } from './view-state.ts'

interface ClicksProps extends WidgetProps {
  readonly unit: 'hour' | 'day'
  readonly series: ReportLoad
  readonly before: ReportLoad | undefined
  readonly freshness: ComponentChildren
}

export function ClicksCard(props: ClicksProps) {
  const { view, range, unit, series, before, freshness, scope, shortLink } = props
  const now = minute.value
  const counted = view.bots ? 'total' : 'human'
  const points = series.data === undefined ? [] : pointsOf(series.data, now)
  const earlier = before?.data === undefined ? [] : pointsOf(before.data, now)
  // A line along the floor says nothing.
  const hasEarlier = earlier.some(({ total }) => total > 0)
  const beside = hasEarlier ? besideEach(points, earlier) : undefined
  const marks = useMarks(view, range, scope)
  const isNarrowed = hasFilters(scope === 'link' ? { ...view, link: undefined } : view)
  const isEmpty = points.every(({ total }) => total === 0)
  const columns = [
    unit === 'hour' ? 'Hour' : 'Day',
    'Human',
    'Bots',
    'Unique',
    ...(beside === undefined ? [] : ['Before']),
  ]
  const rows = points.map((point, i) => [
    showLongBucket(point.key, unit),
    point.human,
    point.bot,
    point.unique,
    ...(beside === undefined ? [] : [beside[i]?.[counted] ?? '']),
  ])
  const onDayOf = ({ key }: Point) => {
    const day = key.slice(0, 10)
    return withPeriod(place.value.search, { from: day, to: day })
  }
  const dayHrefs =
    unit === 'day' ? points.map((point) => place.value.path + onDayOf(point)) : undefined
  return (
    <Card
      name="clicks"
      label="Clicks over time"
      title={<h2>Clicks</h2>}
      tools={freshness}
      load={series}
      table={
        series.data && { columns, rows: isEmpty ? [] : rows, ...(dayHrefs && { hrefs: dayHrefs }) }
      }
      sentence={saySeries(points, unit, counted, before?.data?.totals[counted])}
      empty={
        <EmptyState
          title={isNarrowed ? 'No clicks match the filters' : 'No clicks in this time'}
          {...(!isNarrowed && { command: followCommand(shortLink) })}
        >
          <p>Each redirect shows up here within seconds.</p>
        </EmptyState>
      }
    >
      <AreaChart
        points={points}
        unit={unit}
        bots={view.bots}
        beside={beside}
        counted={counted}
        marks={marks}
        choose={unit === 'day' ? (point) => goSearch(onDayOf(point)) : undefined}
      />
    </Card>
  )
}

import { minute } from '../shell/clock.ts'
import { askFor } from './ask.ts'
import { Breakdowns } from './breakdowns.tsx'
import { ClicksCard } from './clicks-card.tsx'
import { Figures } from './figures.tsx'
import { Freshness } from './freshness.tsx'
import type { WidgetProps } from './load.ts'
import { comparedRange, isOpen, rangeOf, takesFilters, unitOf } from './period.ts'
import { useReport } from './use-report.ts'

type ReportProps = Pick<WidgetProps, 'view' | 'scope' | 'shortLink'>

export function ReportWidgets({ view: asked, scope, shortLink }: ReportProps) {
  const now = minute.value
  const range = rangeOf(asked.period, asked.timezone, now)
  const view = takesFilters(range) ? asked : { ...asked, filters: {} }
  const unit = unitOf(range)
  const open = isOpen(range, now)
  const compared = comparedRange(view.comparison, view.period, view.timezone, now)
  const series = useReport(askFor(view, range, unit), open)
  const before = useReport(compared && askFor(view, compared, unit), false)
  const shared = { view, range, open, scope, shortLink }
  return (
    <div class="stack">
      <Figures {...shared} series={series} before={compared === undefined ? undefined : before} />
      <ClicksCard
        {...shared}
        unit={unit}
        series={series}
        before={compared === undefined ? undefined : before}
        freshness={<Freshness report={series.data} updatedAt={series.dataUpdatedAt} />}
      />
      <Breakdowns {...shared} />
    </div>
  )
}

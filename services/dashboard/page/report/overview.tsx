import { place } from '../routing/place.ts'
import { browserTimezone, useTimezoneInUrl } from './timezone.ts'
import { ReportHead } from './report-head.tsx'
import { ReportWidgets } from './report-widgets.tsx'
import { readView } from './view-state.ts'

export function Overview() {
  useTimezoneInUrl()
  const view = readView(place.value.search, browserTimezone)
  return (
    <>
      <ReportHead title="Overview" view={view} />
      <ReportWidgets view={view} scope="all" />
    </>
  )
}

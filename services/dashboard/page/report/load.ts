import type { ClickReport } from '@sleepwell/contracts/report'
import type { Load } from '../controls/card.tsx'
import type { Range } from './period.ts'
import type { View } from './view-state.ts'

/** A query of a report, as widgets see it. */
export interface ReportLoad extends Load {
  readonly data: ClickReport | undefined
}

export interface WidgetProps {
  /** With filters only where they apply. */
  readonly view: View
  readonly range: Range
  /** Clicks may still come into the range. */
  readonly open: boolean
  readonly scope: 'all' | 'link'
  /** Of the link whose page it is. */
  readonly shortLink?: string | undefined
}

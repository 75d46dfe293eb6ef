import type { ReportGroup } from '@sleepwell/contracts/report'
import type { Range } from './period.ts'
import type { View } from './view-state.ts'

/** What is asked of analytics. */
export interface Ask {
  readonly groupBy: ReportGroup
  readonly from: string
  readonly to: string
  readonly timezone: string
  readonly linkId?: string
}

export function askFor(view: View, { from, to }: Range, groupBy: ReportGroup): Ask {
  const filters = Object.entries(view.filters).map(([name, value]) => [`filter[${name}]`, value])
  return {
    groupBy,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    timezone: view.timezone,
    ...(view.link !== undefined && { linkId: view.link }),
    ...Object.fromEntries(filters),
  }
}

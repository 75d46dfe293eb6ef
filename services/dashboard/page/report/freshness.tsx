import { showDuration } from './format.ts'
import { clockAt } from './zoned-days.ts'

interface FreshnessProps {
  readonly report:
    | { readonly dataThrough: string | null; readonly to: string; readonly timezone: string }
    | undefined
  readonly updatedAt: number
}

/** Beyond this something is wrong with the click path. */
const lateMs = 30_000

/** How far the numbers reach: every click answered up to then is in them. */
export function Freshness({ report, updatedAt }: FreshnessProps) {
  if (report === undefined) return null
  const { dataThrough, to, timezone } = report
  if (dataThrough === null)
    return <span class="badge warn">No redirect process has been heard of yet</span>
  const through = Date.parse(dataThrough)
  if (through >= Date.parse(to)) return <span class="badge">Complete</span>
  const behind = Math.max(updatedAt - through, 0)
  return (
    <span class={`badge ${behind > lateMs ? 'warn' : 'good'}`}>
      <span class="dot" />
      <span class="number">
        Data through {clockAt(through, timezone)}, {showDuration(behind)} behind
      </span>
    </span>
  )
}

import { now } from '../shell/clock.ts'
import { showDuration } from './format.ts'
import { clockAt } from './zoned-days.ts'

interface FreshnessProps {
  readonly report:
    | { readonly dataThrough: string | null; readonly to: string; readonly timezone: string }
    | undefined
  /** When it came; 0: never, it is of another time than is asked for. */
  readonly updatedAt: number
}

/** Beyond this something is wrong with the click path. */
const lateMs = 30_000
/** A report that was not renewed for so long tells nothing of now. */
const oldMs = 15_000

/** How far the numbers reach: every click answered up to then is in them. */
export function Freshness({ report, updatedAt }: FreshnessProps) {
  if (report === undefined || updatedAt === 0) return null
  const { dataThrough, to, timezone } = report
  if (dataThrough === null)
    return <span class="badge warn">No redirect process has been heard of yet</span>
  const through = Date.parse(dataThrough)
  if (through >= Date.parse(to)) return <span class="badge">Complete</span>
  const isOld = now.value - updatedAt > oldMs
  const behind = Math.max((isOld ? now.value : updatedAt) - through, 0)
  return (
    <span class={`badge ${isOld || behind > lateMs ? 'warn' : 'good'}`}>
      <span class="dot" />
      <span class="number">
        Data through {clockAt(through, timezone)}, {showDuration(behind)} behind
      </span>
    </span>
  )
}

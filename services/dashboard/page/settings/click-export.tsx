import { useState } from 'preact/hooks'
import { browserTimezone } from '../report/timezone.ts'
import { addDays, dayAt, daysBetween, startOfDay } from '../report/zoned-days.ts'
import { minute } from '../shell/clock.ts'
import { Icon } from '../shell/icon.tsx'
import { TextField } from '../controls/field.tsx'

/** As far as analytics goes at once. */
const maxDays = 31

export function ClickExport() {
  const today = dayAt(minute.value, browserTimezone)
  const [from, setFrom] = useState(addDays(today, -6))
  const [to, setTo] = useState(today)
  const days = daysBetween(from, to) + 1
  const fits = days >= 1 && days <= maxDays
  const range = new URLSearchParams({
    from: new Date(startOfDay(from || today, browserTimezone)).toISOString(),
    to: new Date(startOfDay(addDays(to || today, 1), browserTimezone)).toISOString(),
  })
  return (
    <div class="stack">
      <p class="small muted">Clicks one by one, at most {maxDays} days at a time.</p>
      <div class="row bottom">
        <TextField label="From" type="date" value={from} change={setFrom} />
        <TextField label="To, included" type="date" value={to} change={setTo} />
        {fits ? (
          <a class="button" href={`/api/reports/v1/clicks.csv?${range}`} download="clicks.csv">
            <Icon name="download" /> Clicks as CSV
          </a>
        ) : (
          <p class="hint bad">From 1 to {maxDays} days, please.</p>
        )}
      </div>
    </div>
  )
}

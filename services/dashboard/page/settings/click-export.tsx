import { useState } from 'preact/hooks'
import { browserTimezone } from '../report/timezone.ts'
import { addDays, dayAt } from '../report/zoned-days.ts'
import { minute } from '../shell/clock.ts'
import { Icon } from '../shell/icon.tsx'
import { TextField } from '../controls/field.tsx'
import { maxDays, rangeToExport } from './range-to-export.ts'

export function ClickExport() {
  const today = dayAt(minute.value, browserTimezone)
  const [from, setFrom] = useState(addDays(today, -6))
  const [to, setTo] = useState(today)
  const range = rangeToExport(from, to, browserTimezone)
  return (
    <div class="stack">
      <p class="small muted">Clicks one by one, at most {maxDays} days at a time.</p>
      <div class="row bottom">
        <TextField label="From" type="date" value={from} change={setFrom} />
        <TextField label="To, included" type="date" value={to} change={setTo} />
        {range !== undefined ? (
          <a
            class="button"
            href={`/api/reports/v1/clicks.csv?${new URLSearchParams(range)}`}
            download="clicks.csv"
          >
            <Icon name="download" /> Clicks as CSV
          </a>
        ) : (
          <p class="hint bad">From 1 to {maxDays} days, please.</p>
        )}
      </div>
    </div>
  )
}

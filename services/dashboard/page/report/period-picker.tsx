import { useRef } from 'preact/hooks'
import { Segments } from '../controls/segments.tsx'
import { useDismissal } from '../controls/use-dismissal.ts'
import { goSearch, place } from '../routing/place.ts'
import { minute } from '../shell/clock.ts'
import { Icon } from '../shell/icon.tsx'
import { showDays } from './format.ts'
import { daysOf, maxDays, namedPeriods, periodLabels, type PeriodName, shifted } from './period.ts'
import { type View, withPeriod } from './view-state.ts'
import { addDays, dayAt, daysBetween } from './zoned-days.ts'

const shortLabels: Readonly<Record<PeriodName, string>> = {
  today: 'Today',
  week: '7 days',
  month: '30 days',
  quarter: '90 days',
  year: '12 months',
}

export function PeriodPicker({ view: { period, timezone } }: { readonly view: View }) {
  const { path, search } = place.value
  const now = minute.value
  const days = daysOf(period, timezone, now)
  const step = (by: 1 | -1) => path + withPeriod(search, shifted(period, by, timezone, now))
  const isLatest = days.to >= dayAt(now, timezone)
  return (
    <div class="row">
      <Segments
        label="Period"
        current={typeof period === 'string' ? period : 'custom'}
        choices={(Object.keys(namedPeriods) as PeriodName[]).map((name) => ({
          name,
          label: shortLabels[name],
          title: `${periodLabels[name]} (${name[0] ?? ''})`,
          href: path + withPeriod(search, name),
        }))}
      />
      <span class="row">
        <a class="button bare tiny" href={step(-1)} aria-label="Earlier" title="Earlier (←)">
          <Icon name="left" />
        </a>
        <CustomDays days={days} timezone={timezone} />
        {isLatest ? (
          <span class="button bare tiny" aria-hidden="true" />
        ) : (
          <a class="button bare tiny" href={step(1)} aria-label="Later" title="Later (→)">
            <Icon name="right" />
          </a>
        )}
      </span>
    </div>
  )
}

interface CustomProps {
  readonly days: { readonly from: string; readonly to: string }
  readonly timezone: string
}

function CustomDays({ days, timezone }: CustomProps) {
  const today = dayAt(minute.value, timezone)
  const box = useRef<HTMLDetailsElement>(null)
  useDismissal(
    box,
    () => box.current?.open === true,
    () => box.current?.removeAttribute('open'),
  )
  return (
    <details class="popover" ref={box} key={`${days.from}${days.to}`}>
      <summary class="button bare">
        <span class="number">{showDays(days.from, days.to)}</span>
      </summary>
      <form
        class="panel stack"
        onInput={({ currentTarget }) =>
          currentTarget.querySelectorAll('input').forEach((field) => field.setCustomValidity(''))
        }
        onSubmit={(event) => {
          event.preventDefault()
          const fields = event.currentTarget.querySelectorAll('input')
          const [from = days.from, to = days.to] = Array.from(fields, ({ value }) => value)
          const [first = from, last = to] = [from, to].sort()
          const isTooLong = daysBetween(first, last) >= maxDays
          fields[1]?.setCustomValidity(isTooLong ? `At most ${maxDays} days.` : '')
          if (event.currentTarget.reportValidity())
            goSearch(withPeriod(place.value.search, { from: first, to: last }))
        }}
      >
        <div class="field">
          <label for="days-from">From</label>
          <input
            class="input"
            id="days-from"
            name="from"
            type="date"
            required
            min={addDays(today, -10 * 365)}
            max={today}
            defaultValue={days.from}
          />
        </div>
        <div class="field">
          <label for="days-to">To, included</label>
          <input
            class="input"
            id="days-to"
            name="to"
            type="date"
            required
            max={today}
            defaultValue={days.to}
          />
        </div>
        <p class="hint">
          At most {maxDays} days. Days begin in {timezone}.
        </p>
        <button class="button primary">Show</button>
      </form>
    </details>
  )
}

import { useQuery } from '@tanstack/preact-query'
import { Sparkline } from '../charts/sparkline.tsx'
import { api, may } from '../session/session.ts'
import { minute } from '../shell/clock.ts'
import { changeOf, compareDays, showChange } from './change.ts'
import { showCount } from './format.ts'
import type { ReportLoad, WidgetProps } from './load.ts'
import { comparedRange, type Range } from './period.ts'
import { pointsOf } from './series.ts'
import { useOrphans } from './use-report.ts'
import { hasFilters } from './view-state.ts'

interface FiguresProps extends WidgetProps {
  readonly series: ReportLoad
  readonly before: ReportLoad | undefined
}

const counts = [
  ['human', 'Human clicks', true],
  ['unique', 'Unique visitors', true],
  ['bot', 'Bots filtered', undefined],
] as const

export function Figures(props: FiguresProps) {
  const { series, before, view, scope } = props
  const now = minute.value
  const points = series.data === undefined ? [] : pointsOf(series.data, now)
  return (
    <dl class="figures" aria-busy={series.isPlaceholderData}>
      {counts.map(([name, label, moreIsGood]) => (
        <Figure
          key={name}
          name={name}
          label={label}
          value={series.data?.totals[name]}
          before={before?.data?.totals[name]}
          values={points.map((point) => point[name])}
          moreIsGood={moreIsGood}
          failed={series.data === undefined && series.error !== null}
          note={noteOf(series, before)}
        />
      ))}
      {scope === 'all' && may('links:read') && <ActiveLinks {...props} />}
      {scope === 'all' && (
        <NotFound {...props} note={hasFilters(view) ? 'Not filtered' : undefined} />
      )}
    </dl>
  )
}

function noteOf(series: ReportLoad, before: ReportLoad | undefined): string | undefined {
  if (series.data !== undefined && series.error !== null) return 'Could not be renewed'
  if (!before?.error) return undefined
  return Object(before.error).code === 'range_too_wide'
    ? 'No comparison: only its sums are kept'
    : 'The time before could not be read'
}

/** Of the links that exist now, how many there were by then: what was deleted meanwhile is not known of earlier times. */
function ActiveLinks({ range, view }: WidgetProps) {
  const compared = comparedRange(view.comparison, view.period, view.timezone, minute.value)
  const { data, error } = useQuery({
    queryKey: ['link-counts', range, compared?.to],
    queryFn: ({ signal }) => countOverTime(range, compared, signal),
    staleTime: 60_000,
  })
  const value = data?.over.at(-1)
  const made = (value ?? 0) - (data?.over[0] ?? 0)
  const filtered = hasFilters(view) ? '; not filtered' : ''
  return (
    <Figure
      name="links"
      label="Active links"
      value={value}
      before={data?.before}
      values={data?.over ?? []}
      failed={error !== null}
      note={data === undefined ? undefined : `${showCount(made)} made in this time${filtered}`}
    />
  )
}

const steps = 6

async function countOverTime(
  { from, to }: Range,
  compared: Range | undefined,
  signal: AbortSignal,
) {
  const countAt = async (time: number) => {
    const createdTo = new Date(time).toISOString()
    return (await api.countLinks({ expired: 'false', createdTo }, { signal })).count
  }
  const at = Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps)
  const [before, ...over] = await Promise.all([
    compared === undefined ? undefined : countAt(compared.to),
    ...at.map(countAt),
  ])
  return { before, over: over.filter((count) => count !== undefined) }
}

function NotFound({
  view,
  range,
  open,
  note,
}: WidgetProps & { readonly note: string | undefined }) {
  const now = minute.value
  const compared = comparedRange(view.comparison, view.period, view.timezone, now)
  const orphans = useOrphans(iso(range), open)
  const before = useOrphans(compared && iso(compared), false)
  const days = orphans.data?.days.map(({ human }) => human) ?? []
  const daysBefore = compared && before.data?.days.map(({ human }) => human)
  const whole = compareDays(days, daysBefore ?? [], open)
  return (
    <Figure
      name="orphans"
      label="404s by people"
      value={orphans.data?.totals.human}
      before={whole?.before}
      compared={whole?.now}
      values={days}
      moreIsGood={false}
      failed={orphans.data === undefined && orphans.error !== null}
      note={
        note ?? (open && whole !== undefined ? 'Days in UTC; change without today' : 'Days in UTC')
      }
    />
  )
}

function iso({ from, to }: Range) {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}

interface FigureProps {
  readonly name: string
  readonly label: string
  readonly value: number | undefined
  readonly before?: number | undefined
  /** What is compared with `before`, unless it is the value. */
  readonly compared?: number | undefined
  readonly values: readonly number[]
  /** Undefined: neither is. */
  readonly moreIsGood?: boolean | undefined
  readonly failed: boolean
  readonly note?: string | undefined
}

function Figure(props: FigureProps) {
  const { name, label, value, before, compared = value, values, moreIsGood, failed, note } = props
  const change =
    compared === undefined || before === undefined ? undefined : changeOf(compared, before)
  const rises = change !== undefined && change > 0
  const isNeutral = moreIsGood === undefined || change === 0 || change === undefined
  const mood = isNeutral ? '' : rises === moreIsGood ? 'up' : 'down'
  return (
    <div class="card figure" data-figure={name}>
      <dt>{label}</dt>
      <dd>
        <span class="value">{value === undefined ? (failed ? '—' : ' ') : showCount(value)}</span>{' '}
        {value !== undefined && before !== undefined && (
          <span class={`change ${mood}`} title={`${showCount(before)} before`}>
            {showChange(change)}
          </span>
        )}
        <p class="note">{failed ? 'Could not be read' : note}</p>
      </dd>
      <dd class="spark" aria-hidden="true">
        <Sparkline values={values} />
      </dd>
    </div>
  )
}

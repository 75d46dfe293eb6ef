import { useQuery } from '@tanstack/preact-query'
import { Sparkline } from '../charts/sparkline.tsx'
import { api } from '../session/session.ts'
import { minute } from '../shell/clock.ts'
import { changeOf, showChange } from './change.ts'
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
    <dl class="figures">
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
          note={before?.error ? 'No comparison: only its sums are kept' : undefined}
        />
      ))}
      {scope === 'all' && <ActiveLinks {...props} />}
      {scope === 'all' && (
        <NotFound {...props} note={hasFilters(view) ? 'Not filtered' : undefined} />
      )}
    </dl>
  )
}

/** What exists now, by when it was made: how many existed then is not kept. */
function ActiveLinks({ range, view }: WidgetProps) {
  const { data, error } = useQuery({
    queryKey: ['link-counts', range],
    queryFn: ({ signal }) => countOverTime(range, signal),
    staleTime: 60_000,
  })
  const made = data === undefined ? 0 : data.now - (data.over[0] ?? 0)
  return (
    <Figure
      name="links"
      label="Active links"
      value={data?.now}
      values={data?.over ?? []}
      failed={error !== null}
      note={
        data === undefined
          ? undefined
          : `${showCount(made)} made in this time${hasFilters(view) ? '; not filtered' : ''}`
      }
    />
  )
}

const steps = 6

async function countOverTime({ from, to }: Range, signal: AbortSignal) {
  const at = Array.from({ length: steps }, (_, i) => from + ((to - from) * i) / steps)
  const [now, ...over] = await Promise.all([
    api.countLinks({ expired: 'false' }, { signal }),
    ...at.map((time) =>
      api.countLinks({ expired: 'false', createdTo: new Date(time).toISOString() }, { signal }),
    ),
  ])
  return { now: now?.count ?? 0, over: [...over.map(({ count }) => count), now?.count ?? 0] }
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
  return (
    <Figure
      name="orphans"
      label="404s by people"
      value={orphans.data?.totals.human}
      before={compared === undefined ? undefined : before.data?.totals.human}
      values={orphans.data?.days.map(({ human }) => human) ?? []}
      moreIsGood={false}
      failed={orphans.data === undefined && orphans.error !== null}
      note={note ?? 'Whole days, UTC'}
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
  readonly values: readonly number[]
  /** Undefined: neither is. */
  readonly moreIsGood?: boolean | undefined
  readonly failed: boolean
  readonly note?: string | undefined
}

function Figure({ name, label, value, before, values, moreIsGood, failed, note }: FigureProps) {
  const change = value === undefined || before === undefined ? undefined : changeOf(value, before)
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

import { showCount, showLongBucket } from '../report/format.ts'
import type { Point } from '../report/series.ts'
import type { AreaProps } from './area-chart.tsx'
import { type PlacedMark, sayMarks } from './marks.ts'

interface CursorProps extends Omit<AreaProps, 'marks'> {
  readonly cursor: number | undefined
  readonly setCursor: (place: number | undefined) => void
  readonly left: number
  readonly width: number
  readonly space: { readonly left: number; readonly right: number }
  readonly marks: readonly PlacedMark[]
}

/** By mouse, finger or arrow keys along the points; what is there is told. */
export function ChartCursor(props: CursorProps) {
  const { points, cursor, setCursor, left, width, space, choose } = props
  const last = points.length - 1
  const point = cursor === undefined ? undefined : points[cursor]
  const pointAt = (event: PointerEvent) => {
    const bounds = (event.currentTarget as Element).getBoundingClientRect()
    const inner = Math.max(width - space.left - space.right, 1)
    const share = (event.clientX - bounds.left - space.left) / inner
    setCursor(Math.max(0, Math.min(last, Math.round(share * last))))
  }
  const press = (event: KeyboardEvent) => {
    const place = cursor ?? last
    const next = {
      ArrowLeft: Math.max(place - 1, 0),
      ArrowRight: Math.min(place + 1, last),
      Home: 0,
      End: last,
    }[event.key]
    if (next !== undefined) setCursor(next)
    else if (event.key === 'Enter' && point !== undefined) choose?.(point)
    else return
    event.preventDefault()
  }
  return (
    <>
      <div
        class="slider"
        role="slider"
        tabIndex={0}
        aria-label={choose === undefined ? 'Point in time' : 'Point in time; Enter shows that day'}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={cursor ?? last}
        aria-valuetext={sayPoint(points[cursor ?? last], props)}
        onPointerMove={pointAt}
        onPointerDown={pointAt}
        onPointerLeave={() => setCursor(undefined)}
        onBlur={() => setCursor(undefined)}
        onFocus={(event) => {
          if (event.currentTarget.matches(':focus-visible')) setCursor(cursor ?? last)
        }}
        onKeyDown={press}
        onClick={() => point !== undefined && choose?.(point)}
      />
      {point !== undefined && cursor !== undefined && (
        <Tooltip {...props} point={point} toLeft={left > width / 2} />
      )}
    </>
  )
}

function sayPoint(point: Point | undefined, { unit, bots }: CursorProps): string {
  if (point === undefined) return ''
  const withBots = bots ? `, ${showCount(point.bot)} bots` : ''
  return `${showLongBucket(point.key, unit)}: ${showCount(point.human)} human${withBots}`
}

type TooltipProps = CursorProps & { readonly point: Point; readonly toLeft: boolean }

function Tooltip({
  point,
  cursor,
  beside,
  counted,
  unit,
  marks,
  left,
  width,
  toLeft,
  choose,
}: TooltipProps) {
  const before = beside?.[cursor ?? 0]
  const here = marks.find(({ place }) => place === cursor)
  const style = toLeft ? { right: `${width - left + 12}px` } : { left: `${left + 12}px` }
  return (
    <div class="tooltip" style={style} aria-hidden="true">
      <strong>{showLongBucket(point.key, unit)}</strong>
      <dl>
        <dt>Human</dt>
        <dd>{showCount(point.human)}</dd>
        <dt>Bots</dt>
        <dd>{showCount(point.bot)}</dd>
        <dt>Unique</dt>
        <dd>{showCount(point.unique)}</dd>
        {before !== undefined && (
          <>
            <dt>Before</dt>
            <dd>{showCount(before[counted])}</dd>
          </>
        )}
      </dl>
      {here !== undefined && <p>{sayMarks(here.texts)}</p>}
      {choose !== undefined && <p class="muted">Click for this day</p>}
    </div>
  )
}

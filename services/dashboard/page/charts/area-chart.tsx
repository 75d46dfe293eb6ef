import { useState } from 'preact/hooks'
import { showBucket, showLongBucket, showShort } from '../report/format.ts'
import type { Counted } from '../report/sentences.ts'
import type { Point } from '../report/series.ts'
import type { Mark } from '../report/use-marks.ts'
import { ChartCursor } from './chart-cursor.tsx'
import { ChartLegend } from './chart-legend.tsx'
import { placeMarks, sayMarks } from './marks.ts'
import { areaPath, labelled, linePath, type Place, ticksTo } from './scales.ts'
import { useWidth } from './use-width.ts'

export interface AreaProps {
  readonly points: readonly Point[]
  readonly unit: 'hour' | 'day'
  readonly bots: boolean
  readonly counted: Counted
  /** The time before, place by place. */
  readonly beside: readonly (Point | undefined)[] | undefined
  readonly marks: readonly Mark[]
  readonly choose: ((point: Point) => void) | undefined
}

const height = 232
const space = { left: 40, right: 12, top: 10, bottom: 24 }
/** Points that a label takes. */
const labelWidth = 64

export function AreaChart(props: AreaProps) {
  const { points, unit, bots, beside, counted, marks } = props
  const [box, width] = useWidth()
  const [cursor, setCursor] = useState<number>()
  const most = Math.max(
    ...points.map((point) => point[counted]),
    ...(beside ?? []).map((point) => point?.[counted] ?? 0),
    1,
  )
  const ticks = ticksTo(most)
  const top = ticks.at(-1) ?? 1
  const inner = Math.max(width - space.left - space.right, 1)
  const x = (i: number) =>
    space.left + (points.length === 1 ? inner / 2 : (i / (points.length - 1)) * inner)
  const y = (count: number) => space.top + (1 - count / top) * (height - space.top - space.bottom)
  const line = (of: (point: Point) => number) => points.map((p, i): Place => [x(i), y(of(p))])
  const human = line((point) => point.human)
  const all = line((point) => point.total)
  const floor = points.map((_, i): Place => [x(i), y(0)])
  const before = (beside ?? []).flatMap((point, i): Place[] =>
    point === undefined ? [] : [[x(i), y(point[counted])]],
  )
  const placed = placeMarks(marks, points)
  const focus = cursor === undefined ? undefined : points[cursor]
  return (
    <>
      <ChartLegend bots={bots} before={beside !== undefined} />
      <div class="chart" ref={box}>
        <svg viewBox={`0 0 ${width} ${height}`} height={height} aria-hidden="true">
          <defs>
            <pattern
              id="hatch"
              width="6"
              height="6"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <path class="bot-hatch" d="M0,0V6" />
            </pattern>
          </defs>
          {ticks.map((tick) => (
            <g key={tick}>
              <line
                class="grid-line"
                x1={space.left}
                x2={width - space.right}
                y1={y(tick)}
                y2={y(tick)}
              />
              <text x={space.left - 8} y={y(tick) + 4} text-anchor="end">
                {showShort(tick)}
              </text>
            </g>
          ))}
          {labelled(points.length, Math.max(2, Math.floor(inner / labelWidth))).map((i) => (
            <text
              key={i}
              x={x(i)}
              y={height - 4}
              text-anchor={i === 0 && points.length > 1 ? 'start' : 'middle'}
            >
              {showBucket(points[i]?.key ?? '', unit)}
            </text>
          ))}
          {before.length > 0 && <path class="before-line" d={linePath(before)} />}
          {bots && (
            <>
              <path fill="url(#hatch)" fill-opacity="0.5" d={areaPath(all, human)} />
              <path class="bot-line" d={linePath(all)} />
            </>
          )}
          <path class="human-area" d={areaPath(human, floor)} />
          <path class="human-line" d={linePath(human)} />
          {placed.map(({ place }) => (
            <g key={place}>
              <line class="mark-line" x1={x(place)} x2={x(place)} y1={space.top} y2={y(0)} />
              <circle class="mark-dot" cx={x(place)} cy={space.top} r="3.5" />
            </g>
          ))}
          {points.length === 1 && (
            <circle class="point" cx={x(0)} cy={y(points[0]?.human ?? 0)} r="4.5" />
          )}
          {cursor !== undefined && focus !== undefined && (
            <>
              <line class="cursor-line" x1={x(cursor)} x2={x(cursor)} y1={space.top} y2={y(0)} />
              <circle class="point" cx={x(cursor)} cy={y(focus.human)} r="4.5" />
            </>
          )}
        </svg>
        <ChartCursor
          {...props}
          cursor={cursor}
          setCursor={setCursor}
          left={cursor === undefined ? 0 : x(cursor)}
          width={width}
          space={space}
          marks={placed}
        />
      </div>
      {placed.length > 0 && (
        <ul class="marks" aria-label="What was changed">
          {placed.slice(-6).map(({ place, texts }) => (
            <li key={place}>
              {showLongBucket(points[place]?.key ?? '', unit)}: {sayMarks(texts)}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

import { plural, weekdayNames } from '../report/format.ts'
import { type HeatCell, heatLevel } from '../report/heat-cells.ts'
import type { Counted } from '../report/sentences.ts'
import { useWidth } from './use-width.ts'

interface HeatProps {
  readonly cells: readonly HeatCell[]
  readonly counted: Counted
}

const left = 38
const top = 18
const cellHeight = 22
const gap = 3

/** The sentence above and the table say the same. */
export function HeatMap({ cells, counted }: HeatProps) {
  const [box, width] = useWidth()
  const step = (width - left) / 24
  const most = Math.max(...cells.map((cell) => cell[counted]), 0)
  const height = top + 7 * (cellHeight + gap)
  const every = width < 520 ? 6 : 3
  return (
    <div class="chart heat" ref={box}>
      <svg viewBox={`0 0 ${width} ${height}`} height={height} aria-hidden="true">
        {Array.from({ length: 24 / every }, (_, i) => (
          <text key={i} x={left + i * every * step} y={11}>
            {String(i * every).padStart(2, '0')}
          </text>
        ))}
        {weekdayNames.map((name, i) => (
          <text key={name} x={0} y={top + i * (cellHeight + gap) + 15}>
            {name.slice(0, 3)}
          </text>
        ))}
        {cells.map((cell) => (
          <rect
            key={`${cell.weekday}-${cell.hour}`}
            class={`level-${heatLevel(cell[counted], most)}`}
            x={left + cell.hour * step}
            y={top + (cell.weekday - 1) * (cellHeight + gap)}
            width={Math.max(step - gap, 2)}
            height={cellHeight}
            rx="4"
          >
            <title>
              {`${weekdayNames[cell.weekday - 1]}, ${String(cell.hour).padStart(2, '0')}:00: ${plural(cell[counted], 'click')}`}
            </title>
          </rect>
        ))}
      </svg>
    </div>
  )
}

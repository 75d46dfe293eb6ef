import { areaPath, linePath, type Place } from './scales.ts'

const width = 200
const height = 36

/** A shape beside a number that says the same. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  const most = Math.max(...values, 1)
  // One value is level.
  const shown = values.length === 1 ? [...values, ...values] : values
  const places = shown.map((value, i): Place => [
    (i / (shown.length - 1)) * width,
    height - 2 - (value / most) * (height - 6),
  ])
  const floor = places.map(([x]): Place => [x, height])
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none">
      {places.length > 1 && (
        <>
          <path class="human-area" d={areaPath(places, floor)} />
          <path class="human-line" d={linePath(places)} vector-effect="non-scaling-stroke" />
        </>
      )}
    </svg>
  )
}

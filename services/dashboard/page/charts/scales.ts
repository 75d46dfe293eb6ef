// From numbers to places in a picture.

/** Whole numbers from 0 to what is at least the most, in steps that people count in. */
export function ticksTo(most: number, wanted = 4): number[] {
  const rough = Math.max(most, 1) / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(
    1,
    (([1, 2, 2.5, 5, 10] as const).find((n) => n * power >= rough) ?? 10) * power,
  )
  const whole = Number.isInteger(step) ? step : Math.ceil(step)
  const count = Math.max(1, Math.ceil(most / whole))
  return Array.from({ length: count + 1 }, (_, i) => i * whole)
}

/** Places of labels, so that no two are closer than that many points. */
export function labelled(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i)
  const step = Math.ceil(count / most)
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step)
}

export type Place = readonly [x: number, y: number]

/** Through all of them, straight: a curve would show clicks that nobody made. */
export function linePath(places: readonly Place[]): string {
  return places.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${round(x)},${round(y)}`).join('')
}

/** Between two lines with the same places from left to right. */
export function areaPath(top: readonly Place[], bottom: readonly Place[]): string {
  const back = bottom.toReversed().map(([x, y]) => `L${round(x)},${round(y)}`)
  return top.length === 0 ? '' : `${linePath(top)}${back.join('')}Z`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

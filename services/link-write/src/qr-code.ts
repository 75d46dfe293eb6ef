import type { QrParameters } from '@sleepwell/contracts/qr-routes'
import { encode } from 'uqr'

/** One path in all, of a piece for each run of black: a fraction of the size of a rectangle for each module. */
export function qrCode(text: string, { size, margin, level }: QrParameters): string {
  const { data } = encode(text, { ecc: level, border: margin })
  const path = data.flatMap((row, y) =>
    runsOf(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`),
  )
  const side = data.length
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path.join('')}"/></svg>\n`
}

/** Where black begins in a row, and for how long. */
function runsOf(row: readonly boolean[]): [x: number, length: number][] {
  const runs: [number, number][] = []
  row.forEach((black, x) => {
    const last = runs.at(-1)
    if (!black) return
    if (last !== undefined && last[0] + last[1] === x) last[1] += 1
    else runs.push([x, 1])
  })
  return runs
}

// A dashboard as a picture, from what Prometheus answers to its panels: for documents, and where there is no Grafana.
import type { Dashboard, Panel } from '@sleepwell/deploy-slo/dashboard'

export interface Line {
  readonly name: string
  /** Seconds since 1970, and the value. */
  readonly points: readonly (readonly [number, number])[]
}

const columnWidth = 50
const panelHeight = 210
const headHeight = 40
const rowHeight = 28
const margin = 10
const colors = [
  '#3274d9',
  '#56a64b',
  '#e0b400',
  '#e02f44',
  '#8f3bb8',
  '#ff780a',
  '#37872d',
  '#0a7ea4',
  '#c15c17',
  '#6d1f62',
] as const

/** Of the time between, to all panels of a dashboard; those without one have no line. */
export interface Answers {
  readonly fromSeconds: number
  readonly toSeconds: number
  readonly of: (panel: Panel) => readonly Line[]
}

/** SVG. */
export function drawDashboard({ title, rows }: Dashboard, answers: Answers): string {
  const parts: string[] = []
  let y = headHeight
  for (const row of rows) {
    parts.push(text(margin, y + 18, row.title, 15, 'bold'))
    y += rowHeight
    const width = Math.floor(24 / Math.min(row.panels.length, 3))
    let x = 0
    for (const panel of row.panels) {
      const wide = panel.width ?? width
      if (x + wide > 24) {
        x = 0
        y += panelHeight
      }
      parts.push(drawPanel(panel, answers, x * columnWidth, y, wide * columnWidth))
      x += wide
    }
    y += panelHeight
  }
  const width = 24 * columnWidth
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="sans-serif" font-size="11">
<rect width="${width}" height="${y}" fill="#f4f5f5"/>
${text(margin, 26, title, 18, 'bold')}
${parts.join('\n')}
</svg>
`
}

function drawPanel(panel: Panel, answers: Answers, x: number, y: number, width: number): string {
  const lines = answers.of(panel)
  const inner = { width: width - 3 * margin, height: panelHeight - 2 * margin }
  const content = { lines: drawLines, number: drawNumber, table: drawTable }[panel.kind]
  return `<g transform="translate(${x + margin / 2} ${y})">
<rect width="${width - margin}" height="${panelHeight - margin}" fill="#fff" stroke="#ddd"/>
${text(margin, 18, panel.title, 12, 'bold')}
<g transform="translate(${margin} ${margin})">${content(panel, lines, inner, answers)}</g>
</g>`
}

interface Size {
  readonly width: number
  readonly height: number
}

function drawLines(panel: Panel, lines: readonly Line[], size: Size, answers: Answers): string {
  const left = 58
  const top = 20
  const legends = Math.min(Math.ceil(lines.length / 3), 3) * 14
  const plot = { width: size.width - left, height: size.height - top - 34 - legends }
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value))
  const most = Math.max(...values, panel.threshold ?? 0, 1e-9) * 1.05
  const xOf = (seconds: number) =>
    left +
    ((seconds - answers.fromSeconds) / (answers.toSeconds - answers.fromSeconds)) * plot.width
  const yOf = (value: number) => top + plot.height - (value / most) * plot.height
  const grid = [0, 0.5, 1].map((share) => {
    const at = yOf(most * share)
    return `<path d="M${left} ${at}H${size.width}" stroke="#e5e5e5"/>${text(left - 4, at + 4, inUnit(most * share, panel.unit), 10, 'normal', 'end')}`
  })
  const limit =
    panel.threshold === undefined
      ? ''
      : `<path d="M${left} ${yOf(panel.threshold)}H${size.width}" stroke="#e02f44" stroke-dasharray="4 3"/>`
  const drawn = lines.map(({ points }, i) => {
    const path = points.map(([at, value]) => `${xOf(at).toFixed(1)} ${yOf(value).toFixed(1)}`)
    return path.length === 0
      ? ''
      : `<path d="M${path.join('L')}" fill="none" stroke="${colorOf(i)}" stroke-width="1.5"/>`
  })
  const legend = lines.slice(0, 9).map(({ name }, i) => {
    const at = { x: (i % 3) * (size.width / 3), y: top + plot.height + 32 + Math.floor(i / 3) * 14 }
    return `<rect x="${at.x}" y="${at.y - 8}" width="8" height="8" fill="${colorOf(i)}"/>${text(at.x + 12, at.y, name.slice(0, 38), 10)}`
  })
  const hours = [answers.fromSeconds, answers.toSeconds].map((at, i) =>
    text(
      xOf(at),
      top + plot.height + 14,
      new Date(at * 1000).toISOString().slice(11, 19),
      10,
      'normal',
      i === 0 ? 'start' : 'end',
    ),
  )
  return [...grid, limit, ...drawn, ...legend, ...hours].join('')
}

function drawNumber(panel: Panel, lines: readonly Line[], size: Size): string {
  const value = lines[0]?.points.at(-1)?.[1]
  const shown = value === undefined ? 'no data' : inUnit(value, panel.unit)
  return text(size.width / 2, size.height / 2 + 16, shown, 30, 'bold', 'middle')
}

function drawTable(_panel: Panel, lines: readonly Line[], size: Size): string {
  const rows = Math.floor((size.height - 30) / 15)
  return lines
    .slice(0, rows)
    .map(({ name, points }, i) => text(0, 30 + i * 15, `${points.at(-1)?.[1]}  ${name}`, 10))
    .join('')
}

function colorOf(i: number): string {
  return colors[i % colors.length] ?? colors[0]
}

function inUnit(value: number, unit: Panel['unit']): string {
  switch (unit) {
    case 'percentunit':
      return `${short(value * 100)} %`
    case 's':
      return value < 1 ? `${short(value * 1000)} ms` : `${short(value)} s`
    case 'bytes':
      return `${short(value / 1024 / 1024)} MiB`
    case 'reqps':
      return `${short(value)}/s`
    default:
      return short(value)
  }
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}

function text(
  x: number,
  y: number,
  words: string,
  size: number,
  weight = 'normal',
  anchor = 'start',
): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="#222">${escaped}</text>`
}

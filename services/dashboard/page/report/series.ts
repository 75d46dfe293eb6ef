// Rows of a report over time as points that a chart can draw: an hour without a click has no row.
import type { ClickCounts, ClickReport } from '@sleepwell/contracts/report'

export interface Point extends ClickCounts {
  /** Begin in the zone of the report, with offset. */
  readonly key: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

const hourMs = 3_600_000
const nothing = { total: 0, human: 0, bot: 0, unique: 0 }

/** What has not begun by `now` is left out. */
export function pointsOf(report: ClickReport, now: number): Point[] {
  const rows = report.rows.map((row) => ({ ...row, at: Date.parse(row.key) }))
  const points = report.groupBy === 'hour' ? everyHour(rows, report) : rows
  return points.filter(({ at }) => at <= now)
}

function everyHour(rows: readonly Point[], { from, to }: ClickReport): Point[] {
  const known = new Map(rows.map((row) => [row.at, row]))
  // Where hours begin at half past, those that have a row say so.
  const start = rows[0]?.at ?? Date.parse(from)
  const first = start - Math.ceil((start - Date.parse(from)) / hourMs) * hourMs
  const offset = rows[0]?.key.slice(19) ?? from.slice(19)
  const points: Point[] = []
  for (let at = first; at < Date.parse(to); at += hourMs)
    points.push(known.get(at) ?? { key: keyAt(at, offset), at, ...nothing })
  return points
}

function keyAt(at: number, offset: string): string {
  const [, sign, hours = 0, minutes = 0] = /^([+-])(\d{2}):(\d{2})$/u.exec(offset) ?? []
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
  return new Date(at + ms).toISOString().slice(0, 19) + (sign === undefined ? '+00:00' : offset)
}

/** One for each point, by its place: Monday beside the Monday before. Undefined where there is none. */
export function besideEach(
  points: readonly Point[],
  before: readonly Point[],
): (Point | undefined)[] {
  return points.map((_, i) => before[i])
}

/** The index of the annotation's point: the last that had begun. Undefined: it is not in the chart. */
export function placeOf(at: number, points: readonly Point[]): number | undefined {
  const i = points.findLastIndex((point) => point.at <= at)
  return i === -1 ? undefined : i
}

// Grafana's dashboards as data: panels in rows, each with its queries. Only what every Grafana since 10 understands.

export interface Query {
  readonly expr: string
  /** Of a line; may use `{{label}}`. */
  readonly legend?: string
}

export interface Panel {
  readonly title: string
  /** What it shows, for somebody who sees it for the first time. */
  readonly description?: string
  readonly kind: 'lines' | 'number' | 'table'
  /** Grafana's. */
  readonly unit: 'percentunit' | 's' | 'reqps' | 'bytes' | 'short' | 'none'
  readonly queries: readonly Query[]
  /** A line drawn across, or the number from which on it is red. */
  readonly threshold?: number
  /** The number from which on it is green, and below which it is red. */
  readonly goodFrom?: number
  /** Of 24 columns. */
  readonly width?: number
}

export interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly rows: readonly Row[]
}

const columns = 24
const height = 8
const datasource = { type: 'prometheus', uid: '${datasource}' }

/** The JSON model that Grafana provisions. */
export function grafanaJson({ uid, title, rows }: Dashboard): string {
  const panels: object[] = []
  let y = 0
  for (const row of rows) {
    panels.push({
      type: 'row',
      title: row.title,
      collapsed: false,
      panels: [],
      ...at(0, y, columns, 1),
    })
    y += 1
    let x = 0
    const width = Math.floor(columns / Math.min(row.panels.length, 3))
    for (const panel of row.panels) {
      const wide = panel.width ?? width
      if (x + wide > columns) {
        x = 0
        y += height
      }
      panels.push(panelJson(panel, at(x, y, wide, height)))
      x += wide
    }
    y += height
  }
  const model = {
    uid,
    title,
    tags: ['sleepwell'],
    schemaVersion: 39,
    version: 1,
    editable: false,
    timezone: 'utc',
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }],
    },
    links: [
      {
        title: 'Sleepwell',
        type: 'dashboards',
        tags: ['sleepwell'],
        asDropdown: true,
        includeVars: true,
      },
    ],
    panels: panels.map((panel, i) => ({ id: i + 1, ...panel })),
  }
  return `${JSON.stringify(model, undefined, 2)}\n`
}

function at(x: number, y: number, w: number, h: number) {
  return { gridPos: { x, y, w, h } }
}

const types = { lines: 'timeseries', number: 'stat', table: 'table' } as const

function panelJson(panel: Panel, place: object): object {
  const { title, description, kind, unit, queries, threshold, goodFrom } = panel
  const steps = [
    { color: goodFrom === undefined ? 'green' : 'red', value: null },
    ...(goodFrom === undefined ? [] : [{ color: 'green', value: goodFrom }]),
    ...(threshold === undefined ? [] : [{ color: 'red', value: threshold }]),
  ]
  const line = kind === 'lines' && threshold !== undefined
  return {
    type: types[kind],
    title,
    ...(description !== undefined && { description }),
    ...place,
    datasource,
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCodePoint(65 + i),
      datasource,
      expr,
      ...(legend !== undefined && { legendFormat: legend }),
      ...(kind === 'lines' ? { range: true } : { instant: true }),
      ...(kind === 'table' && { format: 'table' }),
    })),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        thresholds: { mode: 'absolute', steps },
        ...(line && { custom: { thresholdsStyle: { mode: 'line' } } }),
      },
      overrides: [],
    },
  }
}

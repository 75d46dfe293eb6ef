// What Prometheus answers to the queries of a dashboard's panels.
import type { Dashboard, Panel, Query } from '@sleepwell/deploy-slo/dashboard'
import type { Answers, Line } from './draw-dashboard.ts'

interface Response {
  readonly error?: string
  readonly data?: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly values?: readonly (readonly [number, string])[]
      readonly value?: readonly [number, string]
    }[]
  }
}

const steps = 200

/** Rejects if Prometheus refuses a query. Numbers and tables are of the end. */
export async function answerPanels(
  { rows }: Dashboard,
  prometheus: string,
  fromSeconds: number,
  toSeconds: number,
): Promise<Answers> {
  const step = (toSeconds - fromSeconds) / steps
  const ask = async (panel: Panel, { expr, legend }: Query): Promise<Line[]> => {
    const range = { start: String(fromSeconds), end: String(toSeconds), step: String(step) }
    const [path, time] =
      panel.kind === 'lines' ? ['query_range', range] : ['query', { time: String(toSeconds) }]
    const words = new URLSearchParams({ query: expr, ...time })
    const answer = await fetch(`${prometheus}/api/v1/${path}?${words.toString()}`)
    const { data, error } = (await answer.json()) as Response
    if (data === undefined) throw new Error(`${panel.title}: ${error}: ${expr}`)
    return data.result.map(({ metric, values, value }) => ({
      name: nameOf(metric, legend),
      points: (values ?? (value === undefined ? [] : [value]))
        .map(([at, number]) => [at, Number(number)] as const)
        .filter(([, number]) => Number.isFinite(number)),
    }))
  }
  const answered = new Map<Panel, readonly Line[]>()
  for (const panel of rows.flatMap(({ panels }) => panels)) {
    const lines = await Promise.all(panel.queries.map((query) => ask(panel, query)))
    answered.set(
      panel,
      lines.flat().filter(({ points }) => points.length > 0),
    )
  }
  return { fromSeconds, toSeconds, of: (panel) => answered.get(panel) ?? [] }
}

/** As Grafana names it. */
function nameOf(metric: Readonly<Record<string, string>>, legend: string | undefined): string {
  if (legend !== undefined)
    return legend.replaceAll(/\{\{(\w+)\}\}/gu, (_all, label: string) => metric[label] ?? '')
  const { __name__: name = '', ...labels } = metric
  return [name, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)].join(' ')
}

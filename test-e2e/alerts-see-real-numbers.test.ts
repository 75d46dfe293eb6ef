// A rule whose metric, label or bucket nobody reports never fires, and nothing says so. So: the real services, scraped, against
// everything that is asked of them.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { dashboards } from '@sleepwell/deploy-slo/dashboards/all'
import { alertGroups, sloGroups } from '@sleepwell/deploy-slo/rules'
import { call, createLink, follow, report, until } from './api.ts'
import { beginBackups } from './begin-backups.ts'
import { startSystem, type System } from './system.ts'

jest.setTimeout(120_000)

interface Selector {
  readonly name: string
  readonly matchers: readonly (readonly [label: string, operator: string, value: string])[]
}

/** Each metric with its series. */
type Scrape = ReadonlyMap<string, readonly Readonly<Record<string, string>>[]>

const ours = /^(?:redirect|link_write|analytics|process|dependency|database)_/u
/** Of a scrape, not of a process. */
const added = ['job', 'instance']

let system: System
const scrapes = new Map<string, Scrape>()

beforeAll(async () => {
  system = await startSystem()
  await beginBackups(system)
  const { access } = system
  const link = await createLink(access, 'https://example.com/seen')
  await until(
    () => follow(link.shortLink),
    ({ status }) => status === 302,
  )
  await follow(`${access.redirect}/nobody-has-this`)
  const url = `${access.linkWrite}/v1/links/${link.id}`
  await call(access, 'PATCH', url, { title: 'seen' }, { 'If-Match': '*' })
  await until(
    () => report(access, 'groupBy=link'),
    ({ totals }) => totals.total > 0,
  )
  for (const service of ['redirect', 'link-write', 'analytics'] as const)
    scrapes.set(service, parse(await system.metricsOf(service)))
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const rules = [...sloGroups(), ...alertGroups()].flatMap(({ rules }) => rules)
const asked = [
  ...rules.map((rule) => ['alert' in rule ? rule.alert : rule.record, rule.expr] as const),
  ...dashboards.flatMap(({ title, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap((panel) =>
        panel.queries.map(({ expr }) => [`${title}: ${panel.title}`, expr] as const),
      ),
    ),
  ),
]

test('much is asked', () => {
  expect(asked.length).toBeGreaterThan(200)
  expect(asked.flatMap(([, expr]) => selectorsIn(expr)).length).toBeGreaterThan(200)
})

test('every metric, label, value and bucket that is asked for is there', () => {
  const wrong = asked.flatMap(([what, expr]) =>
    selectorsIn(expr).flatMap((selector) => missing(selector).map((why) => `${what}: ${why}`)),
  )
  expect([...new Set(wrong)]).toEqual([])
})

test('what is asked wrongly is noticed', () => {
  const why = (expr: string) => selectorsIn(expr).flatMap(missing)
  expect(why('rate(redirect_request_total[5m])')).toEqual(['nobody reports redirect_request_total'])
  expect(why('redirect_requests_total{status="500"}')).toEqual([
    'redirect_requests_total has no status',
  ])
  expect(why('redirect_requests_total{outcome=~"error|fail"}')).toEqual([
    'redirect_requests_total has no outcome that is fail',
  ])
  expect(why('redirect_duration_seconds_bucket{le="0.21"}')).toEqual([
    'redirect_duration_seconds_bucket has no le that is 0.21',
  ])
})

function missing({ name, matchers }: Selector): string[] {
  const series = [...scrapes.values()].flatMap((scrape) => scrape.get(name) ?? [])
  if (series.length === 0) return [`nobody reports ${name}`]
  return matchers.flatMap(([label, operator, value]) => {
    const values = new Set(series.flatMap((labels) => labels[label] ?? []))
    if (added.includes(label)) return []
    if (values.size === 0) return [`${name} has no ${label}`]
    // A class such as 5.. is of what may happen; what has happened need not be in it.
    const wanted = operator.endsWith('~') ? alternatives(value) : [value]
    return wanted
      .filter((one) => ![...values].some((there) => new RegExp(`^(?:${one})$`, 'u').test(there)))
      .map((one) => `${name} has no ${label} that is ${one}`)
  })
}

function alternatives(pattern: string): string[] {
  return pattern.includes('(') ? [pattern] : pattern.split('|')
}

function selectorsIn(expr: string): Selector[] {
  // Durations, quoted words and functions are no selectors: what is ours begins as ours does.
  return [...expr.matchAll(/([a-z_:][\w:]*)(?:\{([^}]*)\})?/gu)]
    .map(([, name = '', matchers = '']) => ({
      name,
      matchers: [...matchers.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/gu)].map(
        ([, label = '', operator = '', value = '']) =>
          [label, operator, value.replaceAll('\\\\', '\\')] as const,
      ),
    }))
    .filter(({ name }) => ours.test(name))
}

function parse(text: string): Scrape {
  const found = new Map<string, Record<string, string>[]>()
  for (const line of text.split('\n')) {
    const [, name, labels = ''] = /^([a-z_]\w*)(?:\{(.*)\})? /u.exec(line) ?? []
    if (name === undefined) continue
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/gu)].map(([, label, value]) => [
      label,
      value,
    ])
    found.set(name, [...(found.get(name) ?? []), Object.fromEntries(pairs)])
  }
  return found
}

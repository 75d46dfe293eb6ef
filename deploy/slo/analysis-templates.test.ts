import { expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { analysisTemplates } from './analysis-templates.ts'
import { canaryThresholds } from './thresholds.ts'

interface Template {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly metrics: readonly {
      readonly name: string
      readonly count?: number
      readonly initialDelay?: string
      readonly interval?: string
      readonly successCondition: string
      readonly provider: { readonly prometheus: { readonly query: string } }
    }[]
  }
}

const templates = parseAllDocuments(analysisTemplates()).map((one) => one.toJS() as Template)
const metricsOf = (name: string) =>
  templates.find(({ metadata }) => metadata.name === name)?.spec.metrics ?? []

test.each(canaryThresholds().map((one) => [one.service, one] as const))(
  '%s is decided by every check, and by no number that is missing',
  (service, { checks }) => {
    const metrics = metricsOf(`${service}-canary`)
    expect(metrics.map(({ name }) => name)).toEqual(checks.map(({ name }) => name))
    for (const { successCondition } of metrics)
      expect(successCondition).toMatch(/^len\(result\) > 0 && /u)
  },
)

test.each(canaryThresholds().map((one) => [one.service, one] as const))(
  '%s is ended early only by a number that is too high',
  (service, { checks }) => {
    const early = metricsOf(`${service}-canary-early`)
    const slow = metricsOf(`${service}-canary-slow`)
    const metrics = [...early, ...slow]
    const bounded = checks.filter(({ most }) => most !== undefined)
    expect(metrics.map(({ name }) => name).toSorted()).toEqual(
      bounded.map(({ name }) => name).toSorted(),
    )
    // While all the others start, slowness says nothing of a release.
    expect(
      early.filter(({ name, count }) => name.includes('latency') || count !== undefined),
    ).toEqual([])
    for (const one of slow)
      expect(one).toMatchObject({ count: 10, initialDelay: '30s', interval: '30s' })
    for (const { successCondition } of metrics)
      expect(successCondition).toMatch(/^len\(result\) == 0 \|\| result\[0\] <= [\d.]+$/u)
  },
)

test('every question is about the pods of one namespace, and nothing in it is left to fill in', () => {
  for (const { provider } of templates.flatMap(({ spec }) => spec.metrics)) {
    const { query } = provider.prometheus
    expect(query).not.toContain('$')
    for (const [matchers] of query.matchAll(/\{(?:[^{}]|\{\{[^}]*\}\})+\}/gu))
      expect(matchers).toMatch(
        /namespace="\{\{args\.namespace\}\}",rollouts_pod_template_hash="\{\{args\.(canary|stable)-hash\}\}"/u,
      )
  }
})

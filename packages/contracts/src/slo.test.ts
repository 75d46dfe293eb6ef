import { expect, test } from '@jest/globals'
import type { Metric } from './metric.ts'
import { metrics } from './metrics.ts'
import { type Sli, type Slo, slos } from './slo.ts'

const declared: Readonly<Record<string, Metric>> = metrics
const all: Readonly<Record<string, Slo>> = slos

test.each(Object.values(all).map((slo) => [slo.id, slo] as const))(
  '%s is measured by numbers that somebody reports',
  (_id, { sli }) => {
    for (const { metric, kind, attributes } of read(sli)) {
      if (metric === 'probe_success') continue // of the blackbox exporter
      expect({ metric, kind: declared[metric]?.kind }).toEqual({ metric, kind })
      expect(declared[metric]?.attributes).toEqual(expect.arrayContaining(attributes))
    }
  },
)

test('a threshold is a bound between two buckets, or the share below it could only be guessed', () => {
  const latencies = Object.values(all).filter(({ sli }) => sli.kind === 'latency')
  expect(latencies.length).toBeGreaterThan(4)
  for (const { sli } of latencies)
    if (sli.kind === 'latency')
      expect(declared[sli.histogram]?.buckets).toContain(sli.thresholdSeconds)
})

test('an objective leaves a budget, and ids are told apart', () => {
  for (const { objective } of Object.values(all)) {
    expect(objective).toBeGreaterThan(0.9)
    expect(objective).toBeLessThan(1)
  }
  const ids = Object.values(all).map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

function read(sli: Sli): readonly { metric: string; kind: Metric['kind']; attributes: string[] }[] {
  const named = (matchers = '') =>
    [...matchers.matchAll(/(\w+)(?:=|!)/gu)].map(([, name]) => name ?? '')
  switch (sli.kind) {
    case 'requests':
      return [
        {
          metric: sli.counter,
          kind: 'counter',
          attributes: named(`${sli.bad},${sli.valid ?? ''}`),
        },
      ]
    case 'latency':
      return [{ metric: sli.histogram, kind: 'histogram', attributes: [] }]
    case 'probe':
    case 'zero':
      return [{ metric: sli.gauge, kind: 'gauge', attributes: [] }]
  }
}

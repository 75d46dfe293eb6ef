import { expect, test } from '@jest/globals'
import type { Reliability, SloState } from '../../src/reliability.ts'
import {
  moodOf,
  moodOfService,
  sayBudget,
  showObjective,
  showRate,
  sloTable,
  verdictOf,
} from './slo-words.ts'

const burnRates = { '5m': 0.2, '1h': 0.1, '6h': 0.3, '3d': null }
const slo: SloState = {
  id: 'redirect-availability',
  title: 'Redirects are answered',
  service: 'redirect',
  tier: 'critical',
  objective: 0.9999,
  windowDays: 30,
  runbook: 'x',
  budgetLeft: 0.9,
  burnRates,
  why: null,
}

const system: Reliability = {
  asOf: '2026-03-08T12:00:00.000Z',
  source: 'services',
  slos: [slo],
  services: [],
  dependencies: [],
  pipeline: {
    spoolBytes: 0,
    spoolLimitBytes: null,
    spoolAgeSeconds: null,
    unshippedClicks: null,
    lagPerPartition: null,
    delaySeconds: null,
  },
  ledger: null,
  releases: null,
  drills: null,
  unknown: [],
}
const service = {
  instances: null,
  requestsPerSecond: null,
  failedShare: null,
  p50Seconds: null,
  p99Seconds: null,
  uptimeSeconds: null,
  why: null,
}

test('a budget is judged by what is left and by how fast it goes', () => {
  expect(moodOf(slo)).toBe('good')
  expect(moodOf({ ...slo, budgetLeft: 0.2 })).toBe('warn')
  expect(moodOf({ ...slo, budgetLeft: -0.1 })).toBe('bad')
  expect(moodOf({ ...slo, burnRates: { ...burnRates, '5m': 20, '1h': 15 } })).toBe('bad')
  const forgotten = { ...slo, budgetLeft: null }
  expect(moodOf(forgotten)).toBe('unknown')
  const fast = { ...forgotten, burnRates: { ...burnRates, '5m': 100, '1h': null } }
  expect(moodOf(fast)).toBe('warn')
  const up = { ...service, name: 'redirect' as const, up: true }
  expect(verdictOf({ ...system, services: [up], slos: [fast] }).words).toContain(
    'Redirects are answered',
  )
})

test('what is not known is not shown as a number', () => {
  expect(sayBudget({ ...slo, budgetLeft: null })).toBe('not known')
  expect(sayBudget({ ...slo, budgetLeft: -0.5 })).toBe('overspent by 50%, 30 days')
  expect([showRate(null), showRate(0.25), showRate(14.4)]).toEqual(['–', '0.3×', '14×'])
  expect([0.9999, 0.999, 0.95].map(showObjective)).toEqual(['99.99%', '99.9%', '95%'])
  expect(sloTable([slo]).rows[0]?.at(-1)).toBe('')
})

test('the worst is said first', () => {
  const up = { ...service, name: 'redirect' as const, up: true }
  const down = { ...service, name: 'analytics' as const, up: false }
  const redis = {
    name: 'redis',
    of: 'redirect' as const,
    state: 'down' as const,
    words: 'Redis is down: serving from memory and replicas',
  }
  expect(verdictOf({ ...system, services: [up], dependencies: [redis] })).toEqual({
    mood: 'warn',
    words: 'Redis is down: serving from memory and replicas.',
  })
  expect(verdictOf({ ...system, services: [up, down], dependencies: [redis] })).toEqual({
    mood: 'bad',
    words: 'analytics is down.',
  })
  expect(verdictOf({ ...system, services: [up] }).mood).toBe('good')
  expect(verdictOf({ ...system, services: [{ ...up, up: null }] }).mood).toBe('unknown')
})

test('a service that lacks some of its processes is up, and not all well', () => {
  const up = { ...service, name: 'redirect' as const, up: true }
  const one = { ...up, instances: { up: 1, all: 2 } }
  const all = { ...up, instances: { up: 2, all: 2 } }
  expect(moodOfService(one)).toBe('warn')
  expect(moodOfService(all)).toBe('good')
  expect(verdictOf({ ...system, services: [one] })).toEqual({
    mood: 'warn',
    words: '1 of 2 processes of redirect is down.',
  })
  expect(verdictOf({ ...system, services: [all] }).mood).toBe('good')
})

import { expect, test } from '@jest/globals'
import { earlyObjectionsTo, figureOf, objectionsTo } from './judge.ts'
import { readThresholds } from './thresholds.ts'

const { checks } = readThresholds('redirect', 1)

/** As a good release had them in a drill. */
const good: Readonly<Record<string, number>> = {
  requests: 424,
  restarts: 0,
  'redirect-availability': 0,
  'redirect-availability-above-stable': -0.00002,
  'redirect-latency': 0.0021,
  'redirect-latency-above-stable': 0.0008,
  'redirect-not-found-above-stable': 0.011,
}

function figures(changed: Readonly<Record<string, number | undefined | Error>> = {}) {
  const all = { ...good, ...changed }
  return checks.map((check) => figureOf(check, all[check.name]))
}

test('of each check there is a number here', () => {
  expect(checks.map(({ name }) => name).sort()).toEqual(Object.keys(good).sort())
})

test('a good release is let through', () => {
  expect(objectionsTo(figures())).toEqual([])
  expect(earlyObjectionsTo(figures())).toEqual([])
})

test.each<[name: string, within: number, beyond: number]>([
  ['requests', 300, 299],
  ['restarts', 0, 1],
  ['redirect-availability', 0.00144, 0.0015],
  ['redirect-availability-above-stable', 0.00144, 0.0015],
  ['redirect-latency', 0.05, 0.051],
  ['redirect-latency-above-stable', 0.01, 0.011],
  ['redirect-not-found-above-stable', 0.1, 0.11],
])('%s alone decides: %d is good, %d is not', (name, within, beyond) => {
  expect(objectionsTo(figures({ [name]: within }))).toEqual([])
  const [objection, ...others] = objectionsTo(figures({ [name]: beyond }))
  expect(objection).toContain(name)
  expect(others).toEqual([])
})

test.each(Object.keys(good))('without a number of %s nothing is good in the end', (name) => {
  expect(objectionsTo(figures({ [name]: undefined }))).toHaveLength(1)
  expect(objectionsTo(figures({ [name]: new Error('no answer') }))).toHaveLength(1)
})

test('a share above its bound by a few requests is chance until the end', () => {
  const few = figures({ 'redirect-latency': 0.2 }).map((figure) =>
    figure.name === 'redirect-latency' ? { ...figure, few: true as const } : figure,
  )
  expect(earlyObjectionsTo(few)).toEqual([])
  expect(objectionsTo(few)).toHaveLength(1)
})

test('too little of it is no reason to end early, a number that is too high is, and so is a Prometheus that is away', () => {
  const [requests] = checks
  expect(requests?.name).toBe('requests')
  expect(earlyObjectionsTo(figures({ requests: 3, 'redirect-latency': undefined }))).toEqual([])
  expect(earlyObjectionsTo(figures({ restarts: 1 }))).toEqual(['restarts 1 (at most 0)'])
  expect(earlyObjectionsTo(figures({ requests: new Error('no answer') }))).toEqual([
    'requests: nobody knows, no answer',
  ])
})

import { expect, test } from '@jest/globals'
import { createInstruments } from './instruments.ts'
import { exporter } from './telemetry.ts'

const declared = {
  cups_total: {
    kind: 'counter',
    unit: '1',
    description: 'Cups drunk.',
    attributes: [],
  },
  spills_total: {
    kind: 'counter',
    unit: '1',
    description: 'Cups spilt.',
    attributes: ['cause'],
  },
  brewing_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'From bean to cup.',
    attributes: [],
    buckets: [0.05, 0.2, 5],
  },
  sips_total: { kind: 'counter', unit: '1', description: 'Sips.', attributes: ['hand'] },
  cooling_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'From pot to lip.',
    attributes: [],
    buckets: [0.05, 0.2, 5],
  },
  pot_bytes: { kind: 'gauge', unit: 'By', description: 'In the pot.', attributes: [] },
  tank_bytes: { kind: 'gauge', unit: 'By', description: 'In the tank.', attributes: [] },
  cups_clean: { kind: 'gauge', unit: '1', description: 'Clean cups.', attributes: ['size'] },
} as const

const instruments = createInstruments('test', declared)

test('a counter without attributes is there at 0 before its first event', async () => {
  expect(await scrape(/^cups_total/u)).toEqual([])
  const cups = instruments.counter('cups_total')
  expect(await scrape(/^cups_total/u)).toEqual([expect.stringMatching(/ 0$/u)])
  cups.add(2)
  expect(await scrape(/^cups_total/u)).toEqual([expect.stringMatching(/ 2$/u)])
})

test('a counter with attributes counts each apart', async () => {
  const spills = instruments.counter('spills_total')
  spills.add(0, { cause: 'cat' })
  spills.add(1, { cause: 'haste' })
  expect(await scrape(/^spills_total\{.*cause="cat"/u)).toEqual([expect.stringMatching(/ 0$/u)])
  expect(await scrape(/^spills_total\{.*cause="haste"/u)).toEqual([expect.stringMatching(/ 1$/u)])
})

test('a histogram has the declared buckets, under the declared name', async () => {
  instruments.histogram('brewing_seconds').record(0.1)
  const buckets = await scrape(/^brewing_seconds_bucket/u)
  expect(buckets.map((line) => /le="([^"]+)".* (\d+)$/u.exec(line)?.slice(1))).toEqual([
    ['0.05', '0'],
    ['0.2', '1'],
    ['5', '1'],
    ['+Inf', '1'],
  ])
  expect(await scrape(/^# UNIT brewing_seconds /u)).toEqual(['# UNIT brewing_seconds s'])
  expect(await scrape(/^# HELP brewing_seconds /u)).toEqual([
    '# HELP brewing_seconds From bean to cup.',
  ])
})

test('a bound counter is there at 0, and counts its series alone', async () => {
  const left = instruments.boundCounter('sips_total', { hand: 'left' })
  instruments.boundCounter('sips_total', { hand: 'right' })
  expect(await scrape(/^sips_total/u)).toEqual([
    expect.stringMatching(/hand="left".* 0$/u),
    expect.stringMatching(/hand="right".* 0$/u),
  ])
  left.add(2)
  left.add(1)
  expect(await scrape(/^sips_total/u)).toEqual([
    expect.stringMatching(/hand="left".* 3$/u),
    expect.stringMatching(/hand="right".* 0$/u),
  ])
  expect(await scrape(/^# TYPE sips_total/u)).toEqual(['# TYPE sips_total counter'])
})

test('a bound histogram sorts as any other: a bound belongs to the bucket below it', async () => {
  const cooling = instruments.boundHistogram('cooling_seconds')
  for (const seconds of [0.01, 0.05, 0.06, 7]) cooling.record(seconds)
  const buckets = await scrape(/^cooling_seconds_bucket/u)
  expect(buckets.map((line) => /le="([^"]+)".* (\d+)$/u.exec(line)?.slice(1))).toEqual([
    ['0.05', '2'],
    ['0.2', '3'],
    ['5', '3'],
    ['+Inf', '4'],
  ])
  expect(await scrape(/^cooling_seconds_(count|sum)/u)).toEqual([
    expect.stringMatching(/_count.* 4$/u),
    expect.stringMatching(/_sum.* 7\.12/u),
  ])
  expect(await scrape(/^# UNIT cooling_seconds /u)).toEqual(['# UNIT cooling_seconds s'])
})

test('a gauge is read at each scrape', async () => {
  let bytes = 1
  instruments.gauge('pot_bytes', () => bytes)
  expect(await scrape(/^pot_bytes/u)).toEqual([expect.stringMatching(/ 1$/u)])
  bytes = 7
  expect(await scrape(/^pot_bytes/u)).toEqual([expect.stringMatching(/ 7$/u)])
})

test('a gauge with attributes tells a number for each, and one that knows nothing tells nothing', async () => {
  instruments.gauges('cups_clean', () => [
    [{ size: 'small' }, 90],
    [{ size: 'large' }, 180],
  ])
  instruments.gauge('tank_bytes', () => undefined)
  const lines = await scrape(/^(cups_clean|tank_bytes)/u)
  expect(lines).toEqual([
    expect.stringMatching(/size="small".* 90$/u),
    expect.stringMatching(/size="large".* 180$/u),
  ])
})

test('a gauge that cannot be read keeps no other number back', async () => {
  instruments.gauge('pot_bytes', () => {
    throw new Error('no pot')
  })
  instruments.counter('cups_total')
  expect(await scrape(/^cups_total/u)).toHaveLength(1)
})

async function scrape(wanted: RegExp): Promise<string[]> {
  const { PrometheusSerializer } = await import('@opentelemetry/exporter-prometheus')
  const { resourceMetrics } = await exporter.collect()
  const text = new PrometheusSerializer().serialize(resourceMetrics)
  return text.split('\n').filter((line) => wanted.test(line))
}

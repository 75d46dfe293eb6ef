import { afterAll, expect, test } from '@jest/globals'
import { createInstruments } from './instruments.ts'
import { observeProcess } from './observe-process.ts'
import { exporter } from './telemetry.ts'

const number = (kind: 'counter' | 'gauge') =>
  ({ kind, unit: '1', description: 'Of this process.', attributes: [] }) as const

const instruments = createInstruments('test', {
  process_event_loop_busy_seconds_total: { ...number('counter'), kind: 'counter' },
  process_cpu_seconds_total: { ...number('counter'), kind: 'counter' },
  process_gc_seconds_total: { ...number('counter'), kind: 'counter', attributes: ['kind'] },
  process_event_loop_delay_seconds: { ...number('gauge'), kind: 'gauge' },
  process_heap_used_bytes: { ...number('gauge'), kind: 'gauge' },
  process_heap_limit_bytes: { ...number('gauge'), kind: 'gauge' },
  process_memory_resident_bytes: { ...number('gauge'), kind: 'gauge' },
  process_memory_limit_bytes: { ...number('gauge'), kind: 'gauge' },
  process_cpu_limit_cores: { ...number('gauge'), kind: 'gauge' },
  process_start_time_seconds: { ...number('gauge'), kind: 'gauge' },
} as const)

// Once, as in a process.
const observed = observeProcess(instruments)
afterAll(() => observed[Symbol.dispose]())

test('what a process uses stays below what it may use, and grows with what it does', async () => {
  const before = await scrape()
  const minor = 'process_gc_seconds_total{kind="minor"}'
  const garbage: unknown[] = []
  let after = before
  // Collections are told of in a later turn.
  while ((after[minor] ?? 0) <= (before[minor] ?? Number.NaN)) {
    for (let i = 0; i < 1000; i++) garbage.splice(0, 50, Array.from({ length: 1000 }))
    await new Promise((resolve) => setTimeout(resolve, 5))
    after = await scrape()
  }
  expect(after.process_cpu_seconds_total).toBeGreaterThan(before.process_cpu_seconds_total ?? NaN)
  expect(after.process_event_loop_busy_seconds_total).toBeGreaterThan(
    before.process_event_loop_busy_seconds_total ?? NaN,
  )
  expect(after.process_heap_used_bytes).toBeLessThan(after.process_heap_limit_bytes ?? NaN)
  expect(after.process_memory_resident_bytes).toBeLessThan(after.process_memory_limit_bytes ?? NaN)
  expect(after.process_cpu_limit_cores).toBeGreaterThanOrEqual(1)
  expect(after.process_start_time_seconds).toBeLessThan(Date.now() / 1000)
})

test('a loop that stands still is late, and only once', async () => {
  await new Promise((resolve) => setTimeout(resolve, 250))
  await scrape()
  // It begins anew with the next tick after it was read.
  await new Promise((resolve) => setTimeout(resolve, 250))
  const until = performance.now() + 400
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 250))
  expect((await scrape()).process_event_loop_delay_seconds).toBeGreaterThan(0.1)
})

async function scrape(): Promise<Record<string, number>> {
  const answer = new Promise<string>((resolve) => {
    exporter.getMetricsRequestHandler(
      {} as never,
      { statusCode: 0, setHeader: () => {}, end: resolve } as never,
    )
  })
  const lines = (await answer).split('\n').filter((line) => line.startsWith('process_'))
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)/u.exec(line) ?? []
      const kept = labels.split(',').filter((label) => !label.startsWith('otel_'))
      return [
        kept.length > 0 && labels !== '' ? `${name}{${kept.join(',')}}`.replace('{}', '') : name,
        Number(value),
      ]
    }),
  )
}

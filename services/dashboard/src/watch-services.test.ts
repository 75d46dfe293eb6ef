import { expect, test } from '@jest/globals'
import type { Fetch } from './prometheus.ts'
import { createWatch } from './watch-services.ts'

const origin = 'http://127.0.0.1:9080'
const told = (requests: number, startedAt = 1000) => `
process_start_time_seconds ${startedAt}
redirect_requests_total{outcome="found"} ${requests}
`

/** A watch over one redirect; each look is of what `answer` says by then, at `clock.ms`. */
function watching(urls = [{ service: 'redirect', origin }]) {
  const clock = { ms: 0 }
  const asked: string[] = []
  let answer: () => Response | Promise<Response> = () => new Response(told(0))
  const fetch: Fetch = async (url) => {
    asked.push(url)
    return await answer()
  }
  const watch = createWatch(urls, { fetch, now: () => clock.ms })
  const look = async (ms: number, next: typeof answer) => {
    clock.ms = ms
    answer = next
    await watch.look()
  }
  const requests = () =>
    watch
      .watched()
      .map(({ looks }) => looks.map(({ at, metrics }) => [at, valueIn(metrics)] as const))
  return { watch, look, asked, requests }
}

const valueIn = (metrics: ReadonlyMap<string, readonly { value: number }[]>) =>
  metrics.get('redirect_requests_total')?.[0]?.value

test('what a service tells is remembered with the time at which it did', async () => {
  const { watch, look, asked, requests } = watching()
  expect(watch.watched()).toEqual([])
  await look(0, () => new Response(told(10)))
  await look(15_000, () => new Response(told(40)))
  expect(asked).toEqual([`${origin}/metrics`, `${origin}/metrics`])
  expect(watch.watched()).toMatchObject([{ service: 'redirect', origin, up: true }])
  expect(requests()).toEqual([
    [
      [0, 10],
      [15_000, 40],
    ],
  ])
})

test('what is older than five minutes is forgotten', async () => {
  const { look, requests } = watching()
  for (const minute of [0, 2, 4, 6]) await look(minute * 60_000, () => new Response(told(minute)))
  expect(requests()).toEqual([
    [
      [120_000, 2],
      [240_000, 4],
      [360_000, 6],
    ],
  ])
})

test('a process that began anew counts from its beginning', async () => {
  const { look, requests } = watching()
  await look(0, () => new Response(told(1000, 1000)))
  await look(15_000, () => new Response(told(3, 2000)))
  expect(requests()).toEqual([[[15_000, 3]]])
})

test.each([
  ['does not answer', () => Promise.reject(new TypeError('fetch failed'))],
  ['answers 503', () => new Response('starting', { status: 503 })],
])('one that %s is down, and goes on where it was once it is back', async (_what, answer) => {
  const { watch, look, requests } = watching()
  await look(0, () => new Response(told(10)))
  await look(15_000, answer)
  expect(watch.watched()).toMatchObject([{ up: false }])
  await look(30_000, () => new Response(told(12)))
  expect(watch.watched()).toMatchObject([{ up: true }])
  expect(requests()).toEqual([
    [
      [0, 10],
      [30_000, 12],
    ],
  ])
})

test('one that is away keeps none of the others from being asked', async () => {
  const away = 'http://127.0.0.1:9081'
  const watch = createWatch(
    [
      { service: 'link-write', origin: away },
      { service: 'redirect', origin },
    ],
    {
      fetch: async (url) => {
        if (url.startsWith(away)) throw new TypeError('fetch failed')
        return new Response(told(1))
      },
      now: () => 0,
    },
  )
  await watch.look()
  expect(watch.watched()).toMatchObject([
    { service: 'link-write', up: false, looks: [] },
    { service: 'redirect', up: true },
  ])
})

test('a name is asked at its addresses, one that has none at itself', async () => {
  const { look, asked } = watching([
    { service: 'redirect', origin: 'http://localhost:9080' },
    { service: 'redirect', origin: 'http://nowhere.invalid:9080' },
    { service: 'redirect', origin: 'http://[::1]:9080' },
  ])
  await look(0, () => new Response(told(1)))
  expect(asked).toEqual([
    'http://127.0.0.1:9080/metrics',
    'http://nowhere.invalid:9080/metrics',
    'http://[::1]:9080/metrics',
  ])
})

// A label that a visitor can fill with anything fills Prometheus. So: anything, and the series are counted.
import { randomBytes, randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { full } from '@sleepwell/testing/fault-run'
import autocannon from 'autocannon'
import { startSystem, type Service, type System } from './system.ts'

jest.setTimeout(600_000)

const requests = full ? 1_000_000 : 20_000
/** Of all requests; the others go to redirect. */
const toApis = 0.02
/** Some 80 are in use, of each service. */
const mostSeries = 150
const marker = 'zzq'

let system: System
beforeAll(async () => {
  // Each request comes from another address: one that scans is soon told nothing but 429.
  system = await startSystem({ env: { TRUSTED_PROXIES: '127.0.0.0/8' } })
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

test('whatever is asked for, the series stay few', async () => {
  const { access } = system
  const before = await seriesOf('redirect')
  await Promise.all([
    bombard(access.redirect, requests * (1 - 2 * toApis), randomPath),
    bombard(access.linkWrite, requests * toApis, () => `/v1${randomPath()}`),
    bombard(access.analytics, requests * toApis, () => `/v1${randomPath()}`),
  ])
  for (const service of ['redirect', 'link-write', 'analytics'] as const) {
    const series = await seriesOf(service)
    if (full) console.log(`${service}: ${series.length} series after ${requests} requests`)
    expect(series.filter((one) => one.includes(marker))).toEqual([])
    expect(series.length).toBeLessThan(mostSeries)
  }
  // Every outcome is there before it has happened.
  expect((await seriesOf('redirect')).length).toBe(before.length)
  // They came: unknown slugs, and what is no slug at all.
  const [, absent] =
    /redirect_requests_total\{[^}]*outcome="absent"[^}]*\} (\d+)/u.exec(
      await system.metricsOf('redirect'),
    ) ?? []
  expect(Number(absent)).toBeGreaterThan(requests / 10)
})

async function seriesOf(service: Service): Promise<string[]> {
  const lines = (await system.metricsOf(service)).split('\n')
  return lines.filter((line) => line !== '' && !line.startsWith('#'))
}

async function bombard(url: string, amount: number, path: () => string): Promise<void> {
  const result = await autocannon({
    url: url.replace('localhost', '127.0.0.1'),
    amount: Math.round(amount),
    connections: 16,
    requests: [
      {
        setupRequest: (request) => ({
          ...request,
          // No HEAD: autocannon waits for the body.
          method: pick(['GET', 'GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']),
          path: path(),
          headers: {
            host: pick([`${word()}.example.com`, 'localhost', word()]),
            'user-agent': word(),
            referer: `https://${word()}.example/`,
            'x-forwarded-for': `${octet()}.${octet()}.${octet()}.${octet()}`,
            'x-request-id': word(),
            traceparent: word(),
          },
        }),
      },
    ],
  })
  expect(result.errors).toBe(0)
}

function randomPath(): string {
  const paths = [
    () => `/${word()}`,
    () => `/${word()}`,
    () => `/${word()}?${word()}=${word()}`,
    () => `/${word()}/${word()}`,
    () => `/links/${word()}`,
    () => `/%${word()}`,
    () => `/${word()}.php`,
    () => '/healthz',
  ]
  return pick(paths)()
}

function word(): string {
  return `${marker}${randomBytes(6).toString('hex')}`
}

function octet(): number {
  return randomInt(1, 255)
}

function pick<T>(of: readonly T[]): T {
  return of[randomInt(of.length)] as T
}

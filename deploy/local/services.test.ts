import { once } from 'node:events'
import { getPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { environment, portsOf, serviceProgram, settingsOf } from './services.ts'

const options = {
  data: '/data',
  ports: 8080,
  fresh: false,
  demo: false,
  watch: false,
  timeScale: 1,
  kafkaBrokers: 1,
} as const
const passwords = {
  links_owner: 'a',
  analytics_owner: 'b',
  redirect: 'c',
  link_write: 'd',
  analytics: 'e',
}
const secrets = {
  postgres: 'p',
  passwords,
  replica: 'r',
  redis: 'd',
  visitorKey: 'v',
  sessionKey: 's',
}
const engines = {
  urlOf: (database: string, role: string) => `postgres://${role}@127.0.0.1/${database}`,
  settings: { redirect: { REDIS_URL: 'redis://127.0.0.1' } },
}

test('the services stand in a row, their admin ports 1000 higher', () => {
  expect([...portsOf(8080)]).toEqual([
    [8080, 'redirect'],
    [8081, 'link-write'],
    [8082, 'analytics'],
    [8083, 'dashboard'],
    [9080, 'redirect admin'],
    [9081, 'link-write admin'],
    [9082, 'analytics admin'],
    [9083, 'dashboard admin'],
  ])
})

test('with an address for others the services listen on all, and short links carry it', () => {
  expect(settingsOf('redirect', { ...options, host: '192.0.2.1' }, secrets, engines)).toMatchObject(
    { HOST: '', PUBLIC_URL: 'http://192.0.2.1:8080' },
  )
})

test('each service connects as its own role, and listens on this machine only', () => {
  expect(settingsOf('redirect', options, secrets, engines)).toEqual({
    LINKS_URL: 'postgres://redirect@127.0.0.1/links',
    REDIS_URL: 'redis://127.0.0.1',
    UV_THREADPOOL_SIZE: '16',
    SPOOL_DIR: '/data/spool',
    VISITOR_KEY: 'v',
    PUBLIC_URL: 'http://localhost:8080',
    HOST: '127.0.0.1',
    PORT: '8080',
    ADMIN_PORT: '9080',
    DRAIN_DELAY_SECONDS: '0',
  })
  expect(settingsOf('link-write', options, secrets, engines)).toMatchObject({
    LINKS_URL: 'postgres://link_write@127.0.0.1/links',
    PUBLIC_URL: 'http://localhost:8080',
    PORT: '8081',
  })
  expect(settingsOf('analytics', options, secrets, engines)).toMatchObject({
    ANALYTICS_URL: 'postgres://analytics@127.0.0.1/analytics',
    LINKS_URL: 'postgres://analytics@127.0.0.1/links',
    PORT: '8082',
  })
  expect(settingsOf('dashboard', options, secrets, engines)).toMatchObject({
    LINKS_API_URL: 'http://127.0.0.1:8081',
    REPORTS_API_URL: 'http://127.0.0.1:8082',
    SESSION_KEY: 's',
    ADMIN_URLS: expect.stringMatching(/^redirect=http:\/\/127\.0\.0\.1:9080,.*:9083$/u),
    PORT: '8083',
  })
})

test('what is set here wins over what the user has set, also by a file; the rest is theirs', () => {
  process.env.PORT = '1'
  process.env.PORT_FILE = '/etc/port'
  process.env.TRUSTED_PROXIES = '10.0.0.0/8'
  const { PORT, PORT_FILE, TRUSTED_PROXIES } = environment({ PORT: '8080' })
  expect({ PORT, PORT_FILE, TRUSTED_PROXIES }).toEqual({
    PORT: '8080',
    PORT_FILE: undefined,
    TRUSTED_PROXIES: '10.0.0.0/8',
  })
})

test.each([
  ['redirect', 0],
  ['analytics', 10],
] as const)(
  '%s is nicer by %i than who starts it: what nobody waits for yields to visitors',
  async (service, by) => {
    const niceness = Math.min(getPriority() + by, 19)
    const child = serviceProgram(service, {}, false).spawn()
    const ended = once(child, 'exit')
    await once(child, 'spawn')
    let seen: number | undefined
    while (child.exitCode === null && seen !== niceness) {
      seen = getPriority(child.pid)
      await sleep(1)
    }
    child.kill('SIGKILL')
    await ended
    expect(seen).toBe(niceness)
  },
)

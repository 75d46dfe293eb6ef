import { expect, test } from '@jest/globals'
import { readConfig } from './config.ts'

const SESSION_KEY = 'k'.repeat(32)

test('a secret is all that it must be told', () => {
  expect(readConfig({ SESSION_KEY })).toMatchObject({
    SESSION_KEY: [SESSION_KEY],
    LINKS_API_URL: 'http://localhost:8081',
    ADMIN_URLS: [],
    PORT: 8083,
  })
})

test('places of services are read, one after the other', () => {
  const ADMIN_URLS =
    'redirect=http://10.0.0.1:9080, redirect=http://10.0.0.2:9080,analytics=http://a'
  expect(readConfig({ SESSION_KEY, ADMIN_URLS }).ADMIN_URLS).toEqual([
    { service: 'redirect', origin: 'http://10.0.0.1:9080' },
    { service: 'redirect', origin: 'http://10.0.0.2:9080' },
    { service: 'analytics', origin: 'http://a' },
  ])
})

test.each([
  [{}, 'SESSION_KEY'],
  [{ SESSION_KEY: 'short' }, 'SESSION_KEY'],
  [{ SESSION_KEY: `${SESSION_KEY},short` }, 'SESSION_KEY'],
  [{ SESSION_KEY, ADMIN_URLS: 'redirect' }, 'ADMIN_URLS'],
  [{ SESSION_KEY, DASHBOARD_URL: 'https://a.example/path' }, 'DASHBOARD_URL'],
])('%j is refused', (env, name) => {
  expect(() => readConfig(env)).toThrow(new RegExp(`^${name}: `, 'u'))
})

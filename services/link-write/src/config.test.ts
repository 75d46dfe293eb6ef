import { expect, test } from '@jest/globals'
import { readConfig } from './config.ts'

const LINKS_URL = 'postgres://link_write@localhost/links'

test('only the database must be named', () => {
  expect(readConfig({ LINKS_URL })).toEqual({
    LINKS_URL,
    PUBLIC_URL: 'http://localhost:8080',
    DOMAINS: [],
    AUDIT_RETENTION_DAYS: 400,
    BLOCKLIST_MAX_ENTRIES: 2_000_000,
    RATE_LIMIT_PER_MINUTE: 30_000,
    DRAIN_DELAY_SECONDS: 5,
    PORT: 8081,
    ADMIN_PORT: 9081,
  })
})

test('everything may be set', () => {
  const env = {
    LINKS_URL,
    PUBLIC_URL: 'https://go.example.com',
    DOMAINS: 'sho.rt, x.example',
    AUDIT_RETENTION_DAYS: '30',
    BLOCKLIST_MAX_ENTRIES: '1000',
    RATE_LIMIT_PER_MINUTE: '60',
    HOST: '127.0.0.1',
    PORT: '80',
    ADMIN_PORT: '0',
    DRAIN_DELAY_SECONDS: '0',
  }
  expect(readConfig(env)).toEqual({
    ...env,
    DOMAINS: ['sho.rt', 'x.example'],
    AUDIT_RETENTION_DAYS: 30,
    BLOCKLIST_MAX_ENTRIES: 1000,
    RATE_LIMIT_PER_MINUTE: 60,
    DRAIN_DELAY_SECONDS: 0,
    PORT: 80,
    ADMIN_PORT: 0,
  })
})

test('every mistake is listed at once', () => {
  const wrong = {
    PUBLIC_URL: 'go.example.com',
    DOMAINS: 'sho.rt/x',
    PORT: 'http',
    ADMIN_PORT: '-1',
  }
  let message = ''
  try {
    readConfig(wrong)
  } catch (error) {
    message = error instanceof Error ? error.message : ''
  }
  expect(message.split('\n').map((line) => line.split(':')[0])).toEqual([
    'LINKS_URL',
    'PUBLIC_URL',
    'DOMAINS',
    'PORT',
    'ADMIN_PORT',
  ])
})

test('hosts may say where they lead, and not back to the default domain', () => {
  const DOMAINS = '{"sho.rt": {"home": "https://go.example.com/x"}}'
  const env = { LINKS_URL, DOMAINS, PUBLIC_URL: 'https://go.example.com' }
  expect(() => readConfig(env)).toThrow(/^DOMAINS: sho\.rt\.home: .*leads back/u)
  expect(readConfig({ LINKS_URL, DOMAINS }).DOMAINS).toEqual([
    { host: 'sho.rt', home: 'https://go.example.com/x', notFound: null, expired: null },
  ])
})

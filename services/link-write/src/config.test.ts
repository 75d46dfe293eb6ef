import { expect, test } from '@jest/globals'
import { readConfig } from './config.ts'

const LINKS_URL = 'postgres://link_write@localhost/links'

test('only the database must be named', () => {
  expect(readConfig({ LINKS_URL })).toEqual({
    LINKS_URL,
    PUBLIC_URL: 'http://localhost:8080',
    DOMAINS: [],
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
    HOST: '127.0.0.1',
    PORT: '80',
    ADMIN_PORT: '0',
    DRAIN_DELAY_SECONDS: '0',
  }
  expect(readConfig(env)).toEqual({
    ...env,
    DOMAINS: ['sho.rt', 'x.example'],
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

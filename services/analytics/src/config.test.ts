import { expect, test } from '@jest/globals'
import { readConfig } from './config.ts'

const urls = { ANALYTICS_URL: 'postgres://a@db/analytics', LINKS_URL: 'postgres://a@db/links' }

test('two URLs are enough; the log is the one in the analytics database', () => {
  expect(readConfig(urls)).toEqual({
    ...urls,
    CLICK_LOG_URL: urls.ANALYTICS_URL,
    CLICK_RETENTION_DAYS: 30,
    LINKS_REPLICA_URLS: [],
    PORT: 8082,
    ADMIN_PORT: 9082,
  })
})

test('every mistake is named at once', () => {
  const mistakes = () =>
    readConfig({ CLICK_LOG_URL: 'amqp://b', CLICK_RETENTION_DAYS: '8', PORT: 'x' })
  for (const name of [
    'ANALYTICS_URL',
    'LINKS_URL',
    'CLICK_LOG_URL',
    'CLICK_RETENTION_DAYS',
    'PORT',
  ])
    expect(mistakes).toThrow(name)
})

test('clicks are kept longer than a log could deliver them again', () => {
  expect(() => readConfig({ ...urls, CLICK_RETENTION_DAYS: '8' })).toThrow('count twice')
  expect(readConfig({ ...urls, CLICK_RETENTION_DAYS: '9' }).CLICK_RETENTION_DAYS).toBe(9)
})

test('a log that is not supported names those that are', () => {
  expect(() => readConfig({ ...urls, CLICK_LOG_URL: 'amqp://broker' })).toThrow('postgres://')
})

import { expect, test } from '@jest/globals'
import { readConfig } from './config.ts'

const urls = { ANALYTICS_URL: 'postgres://a@db/analytics', LINKS_URL: 'postgres://a@db/links' }

test('two URLs are enough; the log is the one in the analytics database', () => {
  expect(readConfig(urls)).toEqual({
    ...urls,
    CLICK_LOG_URLS: [urls.ANALYTICS_URL],
    CLICK_RETENTION_DAYS: 30,
    UNIQUE_WITHIN_HOURS: 48,
    DRAIN_DELAY_SECONDS: 5,
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

test('the log that is written to and the one in the database are both drained', () => {
  const logsOf = (changes: Record<string, string>) =>
    readConfig({ ...urls, ...changes }).CLICK_LOG_URLS
  const kafka = 'kafka://b1:9092,b2:9092'
  expect(logsOf({ CLICK_LOG_URL: kafka })).toEqual([urls.ANALYTICS_URL, kafka])
  // The role of redirect may not read.
  expect(logsOf({ CLICK_LOG_URL: 'postgres://redirect@db:5432/analytics' })).toEqual([
    urls.ANALYTICS_URL,
  ])
  const other = 'kafkas://user:password@far1,far2'
  expect(logsOf({ CLICK_LOG_URLS: `${kafka},${other}, postgres://a@old/analytics` })).toEqual([
    kafka,
    other,
    'postgres://a@old/analytics',
  ])
  expect(logsOf({ CLICK_LOG_URL: 'kafka://b3', CLICK_LOG_URLS: kafka })).toEqual([kafka])
  expect(() => logsOf({ CLICK_LOG_URLS: `${kafka},amqp://b` })).toThrow('CLICK_LOG_URLS')
})

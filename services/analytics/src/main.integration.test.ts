// The process itself, from the record on the log to the row in the report.
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { ClickLog } from '@sleepwell/click-log/click-log'
import { until } from '@sleepwell/click-log/log-diary'
import { openPostgresClickLog } from '@sleepwell/click-log/postgres-click-log'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { click, encode, linkId, silent, spool } from './test-clicks.ts'
import { fillLinks, key, startService } from './test-service.ts'

let analytics: TestDatabase
let links: TestDatabase
let clickLog: ClickLog

beforeEach(async () => {
  analytics = await openTestDatabase('analytics')
  links = await openTestDatabase('links')
  clickLog = openPostgresClickLog({ url: analytics.url('redirect'), log: silent })
  await fillLinks(links)
})

afterEach(async () => {
  await clickLog[Symbol.asyncDispose]()
  await analytics[Symbol.asyncDispose]()
  await links[Symbol.asyncDispose]()
})

const startAnalytics = (changes: Record<string, string> = {}) =>
  startService({ analytics, links }, changes)

const publishClicks = async (count: number) => {
  for (let i = 0; i < count; i++) await clickLog.publish([encode(click())])
}

test('a click on the log is in the report, through kill -9 of the process, once', async () => {
  await using killed = await startAnalytics()
  await publishClicks(20)
  await until(async () => (await killed.report()).body.totals.total > 0)
  await publishClicks(20)
  killed.child.kill('SIGKILL')
  await publishClicks(20)
  await using next = await startAnalytics()
  await until(async () => (await next.report(`?linkId=${linkId}`)).body.totals.total >= 60)
  const { body } = await next.report()
  expect(body.totals).toEqual({ total: 60, human: 60, bot: 0, unique: 60 })
}, 30_000)

test('it reports its numbers from the beginning, and tells nothing of who clicked what', async () => {
  await using process = await startAnalytics()
  const before = await process.admin('/metrics')
  for (const line of [
    'analytics_records_total{outcome="counted"',
    'analytics_records_total{outcome="duplicate"',
    'analytics_records_total{outcome="dead_lettered"',
    'analytics_gaps_total{kind="gap"',
    'analytics_gaps_total{kind="beyond_end"',
    'analytics_requests_total{route="GET /v1/reports/clicks",status="503"',
  ])
    expect(before.split('\n').find((each) => each.startsWith(line))).toMatch(/ 0( \d+)?$/u)
  const needle = 'needle.example'
  await clickLog.publish([
    encode(click({ referrerHost: needle, browser: needle, visitor: needle, ownerId: needle })),
    encode(`{"type":"click","ip":"203.0.113.77","url":"https://${needle}/"}`),
    encode(`https://${needle}/ not JSON`),
  ])
  await until(async () => /outcome="dead_lettered"[^\n]* 2/u.test(await process.admin('/metrics')))
  await process.report(`?linkId=${needle}&from=${needle}&${needle}=1`)
  const after = await process.admin('/metrics')
  expect(after).toMatch(/analytics_click_delay_seconds_count[^\n]* 1/u)
  expect(after).toMatch(/analytics_consumer_age_seconds/u)
  for (const secret of [needle, '203.0.113', linkId, spool, key])
    expect(after + process.said()).not.toContain(secret)
}, 30_000)

test('the lag of each partition of its log is a number, though nothing is on it', async () => {
  await using process = await startAnalytics()
  for (const partition of [0, 1, 2, 3]) {
    const lag = new RegExp(
      `^analytics_partition_lag_records\\{log="postgres",partition="${partition}"[^}]*\\} 0`,
      'mu',
    )
    await until(async () => lag.test(await process.admin('/metrics')))
  }
}, 30_000)

test('the age of backups of its database is a number once one was recorded', async () => {
  const admin = new Client({ connectionString: analytics.url('postgres') })
  await admin.connect()
  await admin.query(`insert into backups values ('a', 'full', now() - interval '1 hour')`)
  await admin.end()
  await using process = await startAnalytics()
  const age = /^database_backup_age_seconds\{database="analytics"[^}]*\} 3[67]\d\d/mu
  await until(async () => age.test(await process.admin('/metrics')))
}, 30_000)

test('it tells what it is set to', async () => {
  await using process = await startAnalytics({
    CLICK_RETENTION_DAYS: '45',
    UNIQUE_WITHIN_HOURS: '72',
  })
  const answer = await fetch(`${process.origin}/v1/settings`, {
    headers: { authorization: `Bearer ${key}` },
  })
  expect(await answer.json()).toEqual({
    clickRetentionDays: 45,
    visitorRetentionDays: 5,
    uniqueWithinHours: 72,
    policyVersion: 2,
  })
}, 30_000)

test('without its databases it starts, is alive, and answers 503', async () => {
  const away = 'postgres://analytics@127.0.0.1:1/none'
  await using process = await startAnalytics({ ANALYTICS_URL: away, LINKS_URL: away })
  expect((await process.report()).status).toBe(503)
  expect(await process.admin('/livez')).toBe('ok\n')
  expect(await process.admin('/readyz')).toBe('ok\n')
}, 30_000)

test('without the clicks database a key is still known, and the answer is 503', async () => {
  await using process = await startAnalytics({ ANALYTICS_URL: 'postgres://a@127.0.0.1:1/none' })
  expect((await process.report()).status).toBe(503)
}, 30_000)

test('a wrong configuration is told whole, and ends it', async () => {
  await using process = await startAnalytics({
    CLICK_LOG_URL: 'amqp://b',
    CLICK_RETENTION_DAYS: '1',
  })
  expect(await process.exited).toEqual([1, null])
  expect(process.said()).toContain('CLICK_LOG_URL')
  expect(process.said()).toContain('CLICK_RETENTION_DAYS')
}, 30_000)

test('it stops when it is asked to, with exit code 0', async () => {
  await using process = await startAnalytics()
  process.child.kill('SIGTERM')
  expect(await process.exited).toEqual([0, null])
}, 30_000)

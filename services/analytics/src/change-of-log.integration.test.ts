// From the log in the database to Kafka and back: whatever is on either of them is counted, and counted once.
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { ClickLog } from '@sleepwell/click-log/click-log'
import { until } from '@sleepwell/click-log/log-diary'
import { openClickLog } from '@sleepwell/click-log/open-click-log'
import type { Click } from '@sleepwell/contracts/click'
import { openTestTopic, type TestTopic } from '@sleepwell/testing/kafka'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { click, encode, silent } from './test-clicks.ts'
import { fillLinks, startService } from './test-service.ts'

let analytics: TestDatabase
let links: TestDatabase
let topic: TestTopic
let postgres: ClickLog
let kafka: ClickLog

beforeEach(async () => {
  analytics = await openTestDatabase('analytics')
  links = await openTestDatabase('links')
  topic = await openTestTopic()
  postgres = openClickLog(analytics.url('redirect'), { log: silent })
  kafka = openClickLog(topic.url, { log: silent })
  await fillLinks(links)
})

afterEach(async () => {
  for (const one of [postgres, kafka, topic, analytics, links]) await one[Symbol.asyncDispose]()
})

const start = (changes: Record<string, string> = {}) => startService({ analytics, links }, changes)
type Service = Awaited<ReturnType<typeof start>>

const clicks = (count: number) => Array.from({ length: count }, () => click())
async function publish(log: ClickLog, some: readonly Click[]) {
  for (const one of some) await log.publish([encode(one)])
}
const totalOf = async (service: Service) => (await service.report()).body.totals.total
const untilCounted = (service: Service, count: number) =>
  until(async () => (await totalOf(service)) >= count)

test('changing from Postgres to Kafka and back loses nothing and counts nothing twice', async () => {
  {
    await using embedded = await start()
    await publish(postgres, clicks(20))
    await untilCounted(embedded, 20)
    // Still on the old log when the settings change.
    embedded.child.kill('SIGKILL')
    await publish(postgres, clicks(20))
  }
  const moved = clicks(20)
  {
    await using grown = await start({ CLICK_LOG_URL: topic.url })
    // A redirect that still has the old settings.
    await publish(postgres, clicks(10))
    await publish(kafka, moved)
    await untilCounted(grown, 70)
    grown.child.kill('SIGKILL')
    await publish(kafka, clicks(20))
  }
  await using back = await start({ CLICK_LOG_URLS: `${topic.url},${analytics.url('analytics')}` })
  // Sent twice, as by a redirect that got no answer and then was given the other log.
  await publish(postgres, [...moved, ...clicks(10)])
  await untilCounted(back, 100)
  await until(async () => /outcome="duplicate"[^\n]* 20\b/u.test(await back.admin('/metrics')))
  expect(await totalOf(back)).toBe(100)
  expect(await back.admin('/metrics')).toMatch(/analytics_gaps_total\{kind="gap"[^\n]* 0\b/u)
})

test('a log that is away ages, and does not hold up the other one', async () => {
  await using service = await start({ CLICK_LOG_URL: 'kafka://127.0.0.1:1' })
  await publish(postgres, clicks(10))
  await untilCounted(service, 10)
  const age = async () =>
    Number(
      /analytics_consumer_age_seconds[^\n]* ([\d.]+)/u.exec(await service.admin('/metrics'))?.[1],
    )
  const first = await age()
  await until(async () => (await age()) > first + 1)
  expect(await totalOf(service)).toBe(10)
})

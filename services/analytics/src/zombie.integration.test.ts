// kafkajs cannot tell that its member belongs to an older generation: the offsets in the database must.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { ClickLog } from '@sleepwell/click-log/click-log'
import { until } from '@sleepwell/click-log/log-diary'
import { openClickLog } from '@sleepwell/click-log/open-click-log'
import { openTestTopic, type TestTopic } from '@sleepwell/testing/kafka'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { click, encode, silent } from './test-clicks.ts'
import { fillLinks, startService } from './test-service.ts'

let analytics: TestDatabase
let links: TestDatabase
let topic: TestTopic
let kafka: ClickLog

beforeEach(async () => {
  analytics = await openTestDatabase('analytics')
  links = await openTestDatabase('links')
  topic = await openTestTopic()
  kafka = openClickLog(topic.url, { log: silent })
  await fillLinks(links)
})

afterEach(async () => {
  for (const one of [kafka, topic, analytics, links]) await one[Symbol.asyncDispose]()
})

const publish = (count: number) =>
  kafka.publish(Array.from({ length: count }, () => encode(click())))

test('a consumer that was frozen past its session stores nothing that its heir has stored', async () => {
  const start = () => startService({ analytics, links }, { CLICK_LOG_URL: topic.url })
  const totalOf = async (service: Awaited<ReturnType<typeof start>>) =>
    (await service.report()).body.totals.total
  await using zombie = await start()
  let published = 0
  for (; published < 8_000; published += 500) await publish(500)
  // In the midst of its work.
  await until(async () => (await totalOf(zombie)) > 0)
  zombie.child.kill('SIGSTOP')
  await using heir = await start()
  await publish(500)
  published += 500
  await until(async () => (await totalOf(heir)) >= published)
  zombie.child.kill('SIGCONT')
  // Both are alive, and each has partitions again.
  for (let i = 0; i < 20; i++, published += 100) {
    await publish(100)
    await sleep(50)
  }
  await until(async () => (await totalOf(heir)) >= published)
  await until(async () => (await totalOf(zombie)) >= published)
  const rows = await analyticsRows()
  expect(rows).toEqual({ clicks: published, ids: published, rolledUp: published })
}, 90_000)

async function analyticsRows() {
  const client = new Client({ connectionString: analytics.url('postgres') })
  await client.connect()
  const { rows } = await client.query<{ clicks: number; ids: number; rolledUp: number }>(`
    select count(*)::int as clicks, count(distinct id)::int as ids,
      (select sum(human)::int from rollups where dimension = 'total') as "rolledUp"
    from clicks`)
  await client.end()
  return rows[0]
}

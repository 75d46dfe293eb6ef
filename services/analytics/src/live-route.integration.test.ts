// The live feed as a client has it, of the process itself.
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { ClickLog } from '@sleepwell/click-log/click-log'
import { until } from '@sleepwell/click-log/log-diary'
import { openPostgresClickLog } from '@sleepwell/click-log/postgres-click-log'
import { LiveClicks } from '@sleepwell/contracts/report'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { click, encode, linkId, silent } from './test-clicks.ts'
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

const publish = async (count: number) => {
  for (let i = 0; i < count; i++) await clickLog.publish([encode(click())])
}

/** Reads on until its connection ends. */
async function follow(origin: string, lastEventId?: string) {
  const leaving = new AbortController()
  const answer = await fetch(`${origin}/v1/live?linkId=${linkId}`, {
    headers: {
      authorization: `Bearer ${key}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal: leaving.signal,
  })
  let text = ''
  const read = async () => {
    for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString()
  }
  const ended = read().catch(() => {})
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    ids: () => [...text.matchAll(/^id: (.+)$/gmu)].map(([, id]) => id ?? ''),
    text: () => text,
    told: () =>
      [...text.matchAll(/^event: clicks\ndata: (.+)$/gmu)]
        .map(([, data]) => LiveClicks.parse(JSON.parse(data ?? '')).totals.total)
        .reduce((all, each) => all + each, 0),
    leave: async () => {
      leaving.abort()
      await ended
    },
    ended,
  }
}

test('clicks are told as they come, and after an absence those of it too, by any process', async () => {
  await using one = await startService({ analytics, links })
  await using two = await startService({ analytics, links })
  const first = await follow(one.origin)
  expect([first.status, first.type]).toEqual([200, 'text/event-stream'])
  await until(() => first.ids().length > 0)
  await publish(5)
  await until(() => first.told() >= 5)
  await first.leave()
  await publish(3)
  await until(async () => (await two.report()).body.totals.total >= 8)
  const second = await follow(two.origin, first.ids().at(-1))
  await publish(2)
  await until(() => second.told() >= 5)
  expect([first.told(), second.told()]).toEqual([5, 5])
  expect(second.text()).not.toContain('event: gap')
  expect(await two.admin('/metrics')).toMatch(/analytics_live_subscribers(\{[^}]*\})? 1/u)
  await second.leave()
}, 60_000)

test('a process that stops ends the feed at once', async () => {
  await using process = await startService({ analytics, links })
  const one = await follow(process.origin)
  await until(() => one.ids().length > 0)
  process.child.kill('SIGTERM')
  await one.ended
  expect(await process.exited).toEqual([0, null])
}, 60_000)

test('a client that asks and takes nothing holds nobody up', async () => {
  await using process = await startService({ analytics, links })
  const deaf = await fetch(`${process.origin}/v1/live`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const one = await follow(process.origin)
  await until(() => one.ids().length > 0)
  await publish(1)
  await until(() => one.told() === 1)
  await deaf.body?.cancel()
  await one.leave()
  await until(async () =>
    /analytics_live_subscribers(\{[^}]*\})? 0/u.test(await process.admin('/metrics')),
  )
}, 60_000)

test('a position that nobody told is a gap, and a made-up link no feed', async () => {
  await using process = await startService({ analytics, links })
  const one = await follow(process.origin, 'made up')
  await until(() => one.text().includes('event: gap'))
  expect(one.text()).toContain('position_unknown')
  await one.leave()
  const answer = await fetch(`${process.origin}/v1/live?linkId=${linkId.replace('1', '2')}`, {
    headers: { authorization: `Bearer ${key}` },
  })
  expect(answer.status).toBe(404)
}, 60_000)

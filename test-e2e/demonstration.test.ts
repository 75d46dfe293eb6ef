// What `npm start -- --demo` fills in is there to be looked at, and no fault of whoever is measured.
import { expect, jest, test } from '@jest/globals'
import { clientOf, createLink, follow, until } from './api.ts'
import { startSystem } from './system.ts'

// A whole system is started, and a month counted.
jest.setTimeout(300_000)

test('a month of clicks is counted, and the analytics that is measured has counted none of it', async () => {
  await using system = await startSystem({ demo: true })
  const client = clientOf(system.access)
  const from = new Date(Date.now() - 30 * 86_400_000).toISOString()
  const [{ totals }, { rows: days }, ledger] = await Promise.all([
    client.reportClicks({ groupBy: 'total', from }),
    client.reportClicks({ groupBy: 'day', from }),
    client.readLedger(),
  ])
  expect(ledger.totals.counted).toBeGreaterThan(10_000)
  expect(totals.human).toBeGreaterThan(totals.bot)
  // Each day has people who count as unique, however long it is ago.
  expect(days.filter(({ unique }) => unique > 0).length).toBeGreaterThan(28)
  expect((await client.listLinks({ limit: 100 })).links.length).toBeGreaterThan(10)
  const counted = /^analytics_click_delay_seconds_count\S* [1-9]/mu
  expect(await system.metricsOf('analytics')).not.toMatch(counted)
  const link = await createLink(system.access, 'https://example.com/')
  await follow(link.shortLink)
  await until(
    () => system.metricsOf('analytics'),
    (metrics) => counted.test(metrics),
  )
})

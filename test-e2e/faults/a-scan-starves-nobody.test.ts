import { expect, jest, test } from '@jest/globals'
import { full, recordRun } from '@sleepwell/testing/fault-run'
import * as busy from './busy-redirect.ts'

jest.setTimeout(120_000)

const fault = 'unknown-slug-flood'
const description =
  'unknown slugs are tried at 5,000 a second, from one source and then from many, beside visitors who follow links at 200 a second'
const seconds = full ? 10 : 1.5
const flood = { perSecond: full ? 5000 : 2000, seconds, slugOf: busy.unknown, connections: 200 }
const sixty = 60

async function besideFlood(addressOf?: () => string) {
  await using redirect = await busy.openBusyRedirect()
  const read = () => redirect.metric('redirect_link_reads_total{tier="primary",result="miss"')
  const calm = { seconds, patienceMs: 5000, connections: 2000 }
  const aloneMs = busy.p99Ms(await redirect.send(calm))
  const readBefore = await read()
  const [tried, followed, loaded] = await Promise.all([
    redirect.send({ ...flood, ...(addressOf && { addressOf }) }),
    redirect.send(calm),
    redirect.send({ ...calm, slugOf: busy.cold, perSecond: 20 }),
  ])
  const figures = {
    p99MsAlone: aloneMs,
    p99MsBesideFlood: busy.p99Ms(followed),
    tried: tried.length - busy.count(tried, 'unsent'),
    tried404: busy.count(tried, 404),
    tried429: busy.count(tried, 429),
    tried503: busy.count(tried, 503),
    unknownReadFromDatabase: (await read()) - readBefore,
    followed: followed.length,
    followed302: busy.count(followed, 302),
    notInMemory: loaded.length,
    notInMemory302: busy.count(loaded, 302),
  }
  const all = [...tried, ...followed, ...loaded]
  return { figures, all, followed, loaded, ...(await redirect.stopAndRecount(all)) }
}

test('a scan from one source costs sixty questions, and keeps no link from anybody', async () => {
  const { figures, all, followed, loaded, lost, doubled } = await besideFlood(() => '192.0.2.1')
  recordRun(fault, description, { from: 'one source', ...figures, lost, doubled })
  expect(busy.wrongIn(all)).toEqual([])
  expect(followed.filter(({ ending }) => ending !== 302)).toEqual([])
  // One that takes longer to load than a visitor waits is "try again", never "too many".
  expect(loaded.filter(({ ending }) => ending !== 302 && ending !== 503)).toEqual([])
  expect(figures.notInMemory302).toBeGreaterThan(0)
  expect(figures.tried429).toBeGreaterThan(0)
  // Those that were under way when the sixtieth was answered come on top, one for each connection.
  expect(figures.unknownReadFromDatabase).toBeLessThanOrEqual(sixty + flood.connections)
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 })
})

test('a flood from many sources keeps nobody from a link that is known', async () => {
  const { figures, all, followed, lost, doubled } = await besideFlood()
  recordRun(fault, description, { from: 'many sources', ...figures, lost, doubled })
  expect(busy.wrongIn(all)).toEqual([])
  expect(followed.filter(({ ending }) => ending !== 302)).toEqual([])
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 })
})

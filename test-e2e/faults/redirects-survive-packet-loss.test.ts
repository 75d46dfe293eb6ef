import { expect, jest } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { Pool } from 'pg'
import { follow, until } from '../api.ts'
import { askBarely } from './bare-client.ts'
import {
  destinationOf,
  impatience,
  openGround,
  perSecond,
  slugOf,
  visitsOf,
  type Ground,
} from './ground.ts'
import { clear, openLossyLine, testOverLossyLine, type LossyLine } from './lossy-line.ts'
import {
  expectBitten,
  expectKept,
  expectReachable,
  figuresOf,
  figuresOfDrill,
} from './redirect-drill.ts'
import type { ServiceProcess } from './service-process.ts'
import { startTraffic } from './traffic.ts'

jest.setTimeout(600_000)

const fault = 'packet-loss'
const description =
  'Of the packets between redirect and Redis, primary and replica, 5 % are lost, each for itself, and the others are late: a round trip takes 100 ms, for which deadlines are set, or 2 ms, with those of the product. Without the guard: a client without memory.'
const test = await testOverLossyLine()

/** Below the 200 ms that a visitor is promised there is time for one round trip. */
const far = { REDIS_TIMEOUT_MS: '190', REPLICA_TIMEOUT_MS: '1000', LINKS_TIMEOUT_MS: '1000' }
const places = [
  // At this distance a database answers ten a second over the one connection to it, of those whom memory cannot answer.
  { roundTripMs: 100, settings: far, perSecond: perSecond / 5 },
  { roundTripMs: 2, settings: full ? impatience : {}, perSecond },
]

const edited = Array.from({ length: full ? 20 : 3 }, (_, i) => `edited-${i}`)
const [older, newer] = ['https://example.com/old', 'https://example.com/new']

test.each(full ? places : places.slice(0, 1))(
  'where a round trip takes $roundTripMs ms and packets are lost, redirects are slower, and right',
  async ({ roundTripMs, settings, ...visitors }) => {
    await using ground = await openGround()
    await using line = await openLossyLine()
    const urls = await urlsOver(line, ground)
    const redirect = await ground.startRedirect({
      ...urls,
      ...settings,
      // This is not about how busy the machine is.
      SHEDDING: 'off',
    })
    await using open = new AsyncDisposableStack()
    const bare = open.adopt(new Pool({ connectionString: urls.LINKS_URL, max: 1 }), (it) =>
      it.end(),
    )
    bare.on('error', () => {})
    const known = ground.slugs.slice(0, 20)
    await bare.query('select')
    await expectReachable(redirect, known)
    for (const slug of edited) await expectEdit(ground, redirect, slug, older)

    await using regulars = startTraffic(redirect.url, 50, visitsOf(known))
    const fromMemory = regulars.next()
    let slowestEditMs = 0
    const drilled = await expectKept(ground, redirect, {
      traffic: ground.visit(redirect, visitors.perSecond),
      strike: () => line.set({ lossPercent: 5, delayMs: roundTripMs / 2 }),
      meanwhile: async () => {
        for (const destination of [newer, undefined])
          for (const slug of edited) {
            const ms = await expectEdit(ground, redirect, slug, destination)
            slowestEditMs = Math.max(slowestEditMs, ms)
          }
        if (roundTripMs !== 100) return
        const asked = await askBarely(async () => {
          const { rows } = await bare.query<{ destination: string }>(
            'select destination from links where slug = $1',
            [slugOf(0)],
          )
          return rows[0]?.destination === destinationOf(slugOf(0))
        })
        recordGuardOff(fault, description, { ...figuresOf(asked), client: 'has no memory' })
        expectBitten(asked)
      },
      heal: () => line.set(clear),
    })
    await regulars.stop()
    const { okPercent, failed, worstMs } = figuresOf(fromMemory)
    recordRun(fault, description, {
      roundTripMs,
      ...figuresOfDrill(drilled),
      fromMemoryOkPercent: okPercent,
      fromMemoryFailed: failed,
      fromMemoryWorstMs: worstMs,
      slowestEditMs: Math.round(slowestEditMs),
    })
    expect(fromMemory).toMatchObject({ wrong: 0, failed: 0 })
  },
)

/** Resolves once it is live, to how long that took. @param destination undefined deletes the link */
async function expectEdit(
  { write }: Ground,
  { url }: ServiceProcess,
  slug: string,
  destination: string | undefined,
): Promise<number> {
  await write(slug, destination)
  const writtenAt = performance.now()
  await until(
    () => follow(`${url}/${slug}`),
    ({ status, location }) =>
      destination === undefined ? status === 410 : location === destination,
  )
  return performance.now() - writtenAt
}

async function urlsOver({ over }: LossyLine, { urls }: Ground) {
  return {
    LINKS_URL: await over(urls.LINKS_URL),
    LINKS_REPLICA_URLS: await over(urls.LINKS_REPLICA_URLS),
    REDIS_URL: await over(urls.REDIS_URL),
  }
}

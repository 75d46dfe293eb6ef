import { expect, jest, test } from '@jest/globals'
import { recordRun } from '@sleepwell/testing/fault-run'
import { through } from '@sleepwell/testing/fault-proxy'
import { Pool } from 'pg'
import { until } from '../api.ts'
import { openGround, type Ground } from './ground.ts'
import { keepWriting } from './keep-writing.ts'
import { lostIn } from './link-history.ts'
import { startLinkWriter, type LinkWriter } from './link-writer.ts'
import { fence, moveName, openPair, synchronise, type Pair } from './promotion.ts'
import { seconds } from './recount.ts'
import { expectKept, figuresOfDrill } from './redirect-drill.ts'

jest.setTimeout(600_000)

/** As many as link-write has. */
const connections = 10

test.each([
  {
    fault: 'primary-fenced',
    description:
      'The primary takes no writes any more (default_transaction_read_only), its synchronous replica is promoted, and the name of the primary moves to it; the connections that link-write has stay open, and answer reads. Links are created, changed and deleted meanwhile. Of a plain pool, how many writes were refused after the name had moved.',
    strike: fence,
  },
  {
    fault: 'primary-vanished',
    description:
      'The machine of the primary vanishes: what is sent there is not answered any more. At once its synchronous replica is promoted, and the name of the primary moves to it. Links are created, changed and deleted meanwhile. Of a plain pool, how many writes ran out of time after the name had moved.',
    strike: (_: Pair, { toPrimary }: Ground) => toPrimary.set('half-open'),
  },
])(
  '$fault: writes go on at the server to which the name has moved, and no link that was acknowledged is lost',
  async ({ fault, description, strike }) => {
    await using pair = await openPair()
    await using ground = await openGround({ ...pair })
    await synchronise(pair)
    const url = pair.primary.url('link_write')
    await using writer = await startLinkWriter(through(ground.toPrimary, url), url)
    await using bare = openBarePool(through(ground.toPrimary, url))
    const redirect = await ground.startRedirect()
    await useAllConnections(pair, writer)

    await using writing = keepWriting(writer)
    await writing.acknowledgedSince(0)
    let refusedBare = 0
    const drilled = await expectKept(ground, redirect, {
      strike: async () => {
        await bare.connectAll()
        await strike(pair, ground)
        await moveName(pair, ground)
        const movedAt = performance.now()
        refusedBare = await bare.refusals()
        await writing.acknowledgedSince(movedAt)
      },
      heal: () => {},
    })
    const { acknowledged, refused, awayMs } = await writing.stop()
    const lost = await lostIn(pair.replica, writer)
    recordRun(fault, description, {
      ...figuresOfDrill(drilled),
      acknowledged,
      refused,
      lostLinks: lost.length,
      writesAwaySeconds: seconds(awayMs),
      refusedByPlainPool: refusedBare,
    })
    expect(refusedBare).toBeGreaterThanOrEqual(connections)
    expect(lost).toEqual([])
  },
)

/** Until link-write has as many connections as it may. */
async function useAllConnections({ primary }: Pair, writer: LinkWriter): Promise<void> {
  let round = 0
  await until(
    async () => {
      round += 1
      const creating = Array.from({ length: 3 * connections }, (_, i) =>
        writer.create(`all-${round}-${i}`, 'https://example.com/all'),
      )
      await Promise.all(creating)
      const [row] = await primary.query<{ count: number }>(
        `select count(*)::int from pg_stat_activity where application_name = 'link-write'`,
      )
      return row?.count ?? 0
    },
    (count) => count === connections,
  )
}

function openBarePool(connectionString: string) {
  const pool = new Pool({
    connectionString,
    max: connections,
    idleTimeoutMillis: 0,
    query_timeout: 500,
  })
  pool.on('error', () => {})
  return {
    connectAll: async () => {
      const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()))
      for (const client of clients) client.release()
    },
    /** How many writes fail until one is done. */
    refusals: async () => {
      for (let refused = 0; ; refused++) {
        try {
          await pool.query('update replication_heartbeat set at = clock_timestamp()')
          return refused
        } catch {
          // The next one.
        }
      }
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

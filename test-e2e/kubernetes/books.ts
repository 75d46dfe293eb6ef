// Whether every visitor who was led on is counted, and counted once.
import type { Ledger } from '@sleepwell/contracts/ledger'
import { until } from './cluster.ts'
import { expectThat, type Figures, type Stage, trafficOf } from './stage.ts'
import { urlOf } from './traffic.ts'

/** Of all visits so far. */
export async function expectAllCounted(stage: Stage): Promise<Figures> {
  const { engines, stop, program, found } = stage
  const answered = trafficOf(stage).answered()
  let missing: string[] = answered
  await until(
    'all clicks are counted',
    async () => {
      const stored = await engines.query<{ id: string }>('analytics', 'select id from clicks')
      const known = new Set(stored.map(({ id }) => id))
      missing = answered.filter((id) => !known.has(id))
      return missing.length === 0
    },
    { stop, minutes: 3 },
  ).catch(() => {})
  const doubled = await engines.query(
    'analytics',
    'select id from clicks group by id having count(*) > 1',
  )
  expectThat(missing.length === 0, `${missing.length} of ${answered.length} clicks are lost`)
  expectThat(doubled.length === 0, `${doubled.length} clicks are counted twice`)
  const headers = { authorization: `Bearer ${found.apiKey}` }
  const { body } = await program.ask({ url: urlOf('analytics', '/v1/ledger'), headers })
  const { dropped, lost, difference } = (JSON.parse(body) as Ledger).totals
  expectThat(
    dropped + lost + difference === 0,
    `the ledger: ${dropped} dropped, ${lost} lost, ${difference} vanished`,
  )
  return { clicks: answered.length, clicksLost: 0, clicksDoubled: 0 }
}

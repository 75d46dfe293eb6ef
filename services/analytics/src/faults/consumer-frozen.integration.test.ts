import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import type { Point } from './test-consumers.ts'
import { openGround } from './test-ground.ts'
import { balanced, recount, recountNaively } from './test-recount.ts'

jest.setTimeout(300_000)

const fault = 'consumer-frozen'
const description =
  'analytics is frozen (SIGSTOP) past its session, in the midst of a batch; another one takes its partitions over, and then it is thawed.'

const freeze = (moment: Point['moment'], statement: string): Point => ({
  moment,
  statement,
  signal: 'SIGSTOP',
})

test('a consumer that moves its offset whatever it was counts twice when it is thawed', async () => {
  await using ground = await openGround()
  const traffic = ground.traffic()
  await traffic.ship(30)
  await using zombie = ground.start({ guarded: false, point: freeze('before', 'count_naively') })
  await zombie.frozen()
  await using heir = ground.start({ guarded: false })
  await ground.drained()
  zombie.thaw()
  await ground.until(() => zombie.statements.includes('move_offset_naively'))
  const counts = await recountNaively(ground.query, [traffic])
  recordGuardOff(fault, description, { ...counts, acknowledged: traffic.clicks.length })
  expect(counts).toEqual({ lost: 0, doubled: 30 })
  expect(heir.partitions()).toBeGreaterThan(0)
})

const moments = [
  // It holds nothing, and thawed it stores what its heir has stored: fenced by the offset.
  ['before', 'begin', 1],
  // Holding every lock of its batch: the server has to take them from it.
  ['before', 'commit', 0],
  // Stored, and it does not know.
  ['sent', 'commit', 0],
] as const

test('the server itself ends a transaction in which a consumer of ours stands still', async () => {
  await using ground = await openGround()
  const [role] = await ground.query<{ settings: string[] }>(
    `select rolconfig as settings from pg_roles where rolname = 'analytics'`,
  )
  expect(role?.settings).toContain('idle_in_transaction_session_timeout=5s')
})

test.each(moments.slice(0, full ? 3 : 2))(
  'frozen %s %s and thawed, it stores nothing twice',
  async (moment, statement, fenced) => {
    await using ground = await openGround()
    const traffic = ground.traffic()
    await traffic.ship(30)
    await using zombie = ground.start({ point: freeze(moment, statement) })
    await zombie.frozen()
    const frozenAt = performance.now()
    await traffic.ship(30)
    await using heir = ground.start()
    await ground.drained()
    const takenOverSeconds = (performance.now() - frozenAt) / 1000
    zombie.thaw()
    await ground.until(() => zombie.fenced() >= fenced)
    // Both are alive, and share the partitions again.
    await ground.until(
      () => zombie.partitions() > 0 && zombie.partitions() + heir.partitions() === 4,
    )
    for (let i = 0; i < 8; i++) await traffic.ship(30)
    await ground.drained()
    const { wrong, ...counts } = await recount(ground.query, [traffic])
    recordRun(fault, description, {
      ...counts,
      frozen: `${moment} ${statement}`,
      acknowledged: traffic.clicks.length,
      takenOverSeconds: Number(takenOverSeconds.toFixed(1)),
    })
    expect({ ...counts, wrong }).toEqual(balanced)
  },
)

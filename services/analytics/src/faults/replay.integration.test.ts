import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { openGround, type Ground } from './test-ground.ts'
import { balanced, recount, recountNaively } from './test-recount.ts'
import { digest } from './test-traffic.ts'

jest.setTimeout(300_000)

const fault = 'replay'
const description =
  'The whole topic is read again: offsets set to 0 or deleted, also below a running consumer, and the group of Kafka is gone.'

const shipments = full ? 400 : 20

test('a consumer that counts whatever comes counts all of it again', async () => {
  await using ground = await openGround()
  const traffic = ground.traffic()
  await traffic.ship(30)
  {
    await using _consumer = ground.start({ guarded: false })
    await ground.drained()
  }
  await ground.query('update offsets set next = 0')
  await using _consumer = ground.start({ guarded: false })
  await ground.drained()
  const counts = await recountNaively(ground.query, [traffic])
  recordGuardOff(fault, description, { ...counts, acknowledged: traffic.clicks.length })
  expect(counts).toEqual({ lost: 0, doubled: 30 })
})

test('reading everything again changes no number', async () => {
  await using ground = await openGround()
  const traffic = ground.traffic()
  for (let i = 0; i < shipments; i++) await traffic.ship(30)
  {
    await using _consumer = ground.start()
    await ground.drained()
  }
  const before = await numbersOf(ground)
  const reset = [
    'update offsets set next = 0',
    'delete from offsets',
    'update offsets set next = 1',
  ]
  for (const sql of reset) {
    await ground.query(sql)
    await ground.topic.asAdmin((admin) => admin.deleteGroups([ground.topic.topic]))
    await using consumer = ground.start()
    await ground.drained()
    // And once more, while it runs: the next batch of each partition finds that the offset is not its own any more.
    await ground.query('update offsets set next = 0')
    for (let i = 0; i < ground.partitions; i++) await traffic.shipAgain()
    await ground.drained()
    expect(consumer.fenced()).toBeGreaterThan(0)
  }
  expect(await numbersOf(ground)).toEqual(before)
  const { wrong, ...counts } = await recount(ground.query, [traffic])
  recordRun(fault, description, {
    ...counts,
    replays: 2 * reset.length,
    acknowledged: traffic.clicks.length,
    rowsThatDiffer: 0,
  })
  expect({ ...counts, wrong }).toEqual(balanced)
})

/** Every row of every table, except what says how often something came. */
async function numbersOf({ query }: Ground): Promise<Record<string, string>> {
  const tables = {
    clicks: 'select * from clicks',
    rollups: 'select * from rollups',
    visitors: 'select * from visitors',
    orphans: 'select * from orphans',
    dead_letters: 'select click_id, reason, value from dead_letters',
    spools: `select spool, first_at, counted, dead_lettered, dropped, through_seq, last_seq, closed from spools`,
  }
  const digests = Object.entries(tables).map(async ([name, sql]) => {
    const rows = await query(sql)
    return [name, `${rows.length} rows, ${digest(rows)}`] as const
  })
  return Object.fromEntries(await Promise.all(digests))
}

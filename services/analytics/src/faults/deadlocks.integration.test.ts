import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { openGround, type Ground } from './test-ground.ts'
import { balanced, recount } from './test-recount.ts'

jest.setTimeout(300_000)

const fault = 'deadlocks'
const description =
  'Consumers of several partitions store the same clicks, visitors, links, spools, orphans and dead letters at the same time, in opposite orders.'

const rounds = full ? 60 : 6

test('transactions that touch the same rows in opposite orders end in a deadlock', async () => {
  await using ground = await openGround()
  await ground.query(
    `insert into offsets (cluster, topic, partition) values ('a', 'a', 1), ('a', 'a', 2)`,
  )
  const touch = (first: number, second: number) =>
    ground.query(`do $$ begin
      update offsets set next = 1 where partition = ${first};
      perform pg_sleep(0.3);
      update offsets set next = 1 where partition = ${second};
    end $$`)
  const ended = await Promise.allSettled([touch(1, 2), touch(2, 1)])
  expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await ground.until(async () => (await deadlocksIn(ground)) === 1)
  recordGuardOff(fault, description, { lost: 0, doubled: 0, deadlocks: 1 })
})

test('consumers that store the same things at once never wait for each other in a circle', async () => {
  await using ground = await openGround('one broker', 8)
  const traffic = [ground.traffic(), ground.traffic(), ground.traffic()]
  for (let i = 0; i < rounds; i++) {
    await Promise.all(traffic.map((one) => one.ship(40)))
    // All so far, last ones first, each time on another partition.
    if (i % 3 === 0) await Promise.all(traffic.map((one) => one.shipAgain()))
  }
  await Promise.all([...traffic, ...traffic].map((one) => one.shipAgain()))
  await using consumers = new AsyncDisposableStack()
  for (let i = 0; i < 3; i++) consumers.use(ground.start())
  await ground.drained()
  // What a server process knows of deadlocks it tells when it ends, at the latest.
  await consumers.disposeAsync()
  const { wrong, ...counts } = await recount(ground.query, traffic)
  recordRun(fault, description, {
    ...counts,
    deadlocks: await deadlocksIn(ground),
    acknowledged: traffic.flatMap(({ clicks }) => clicks).length,
    consumers: 3,
    partitions: ground.partitions,
  })
  expect({ ...counts, wrong }).toEqual(balanced)
})

async function deadlocksIn({ query }: Ground): Promise<number> {
  const [found] = await query<{ deadlocks: number }>(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  )
  return found?.deadlocks ?? -1
}

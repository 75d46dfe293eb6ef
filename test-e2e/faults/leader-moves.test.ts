// Partitions change their leaders while visitors follow a link.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import type { TestTopic } from '@sleepwell/testing/kafka'
import { until } from '../api.ts'
import { openChain, partitions, partitionsOf } from './chain.ts'
import { startLoad } from './load-client.ts'
import { recount, visibleAfter } from './recount.ts'

jest.setTimeout(900_000)

const fault = 'leader-moves'
const description =
  'Every five seconds all partitions are given to other brokers, and so to other leaders, while clicks are published.'

const rounds = full ? 12 : 2
const pauseMs = full ? 5_000 : 500
const stockPublisher = fileURLToPath(
  new URL('../../packages/click-log/src/faults/test-stock-publisher.ts', import.meta.url),
)

test('each click is counted once while leaders move', async () => {
  await using chain = await openChain(2)
  const load = startLoad(chain.shortLink, { perSecond: full ? 1_000 : 300 })
  await until(chain.counted, (count) => count > 0)
  let moves = 0
  for (let round = 0; round < rounds; round++) {
    moves += await moveLeaders(chain.topic, round)
    await sleep(pauseMs)
  }
  await load.stop()
  const dataThroughAfterSeconds = await visibleAfter(chain, new Date())
  const { unanswered, ...counts } = await recount(chain, load.answered)
  recordRun(fault, description, {
    ...counts,
    leaderMoves: moves,
    answered: load.answered.length,
    others: load.others(),
    publishFailures: await chain.redirect.metric('redirect_spool_publish_failures_total'),
    dataThroughAfterSeconds,
  })
  expect(moves).toBeGreaterThan(rounds)
  expect(counts).toEqual({ lost: 0, doubled: 0 })
  expect(unanswered).toBeLessThanOrEqual(load.others())
})

// How often it bites is chance, and so only looked for at full length.
if (full)
  test('kafkajs as its manual has it loses clicks that it acknowledges', async () => {
    await using chain = await openChain(2)
    const child = spawn(process.execPath, [stockPublisher, chain.topic.url], {
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    const ended = once(child, 'close')
    await until(chain.counted, (count) => count > 0)
    let moves = 0
    for (let round = 0; round < 3 * rounds; round++) moves += await moveLeaders(chain.topic, round)
    child.kill('SIGTERM')
    await ended
    await allRead(chain.topic, chain)
    const acknowledged = said.trim().split('\n')
    const { lost, doubled } = await recount(chain, acknowledged)
    recordGuardOff(fault, description, {
      lost,
      doubled,
      leaderMoves: moves,
      acknowledged: acknowledged.length,
    })
    expect(lost).toBeGreaterThan(0)
  })

/** Resolves when all have caught up, to the number of partitions that have another leader now. */
async function moveLeaders(topic: TestTopic, round: number): Promise<number> {
  const leaders = async () => (await partitionsOf(topic)).map(({ leader }) => leader)
  const before = await leaders()
  // Two of three brokers each time, the next ones: who led may have to go.
  const wanted = (partition: number) => [0, 1].map((i) => ((partition + round + i) % 3) + 1)
  await topic.asAdmin((admin) =>
    admin.alterPartitionReassignments({
      topics: [
        {
          topic: topic.topic,
          partitionAssignment: Array.from({ length: partitions }, (_, partition) => ({
            partition,
            replicas: wanted(partition),
          })),
        },
      ],
    }),
  )
  // The controller now and then forgets to let the old replica go once all are in sync; the next round makes it.
  await until(
    () => partitionsOf(topic),
    (all) =>
      all.every(({ partitionId, isr }) =>
        wanted(partitionId).every((broker) => isr.includes(broker)),
      ),
  )
  return (await leaders()).filter((leader, i) => leader !== before[i]).length
}

async function allRead(
  topic: TestTopic,
  { query }: Pick<Awaited<ReturnType<typeof openChain>>, 'query'>,
): Promise<void> {
  const ends = await topic.asAdmin((admin) => admin.fetchTopicOffsets(topic.topic))
  await until(
    () => query<{ partition: number; next: string | null }>('select partition, next from offsets'),
    (rows) => {
      const stored = new Map(rows.map(({ partition, next }) => [partition, Number(next ?? 0)]))
      return ends.every(({ partition, high }) => (stored.get(partition) ?? 0) >= Number(high))
    },
  )
}

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { databaseUrls, prepareDatabases } from '@sleepwell/deploy-local/databases'
import { full } from '@sleepwell/testing/fault-run'
import { Client } from 'pg'
import { until } from '../api.ts'
import { keepInserting, lostAt, type Inserted } from './keep-inserting.ts'
import { whyNoCables } from './node-network.ts'
import { followersOf } from './replication.ts'
import { openPatroniCluster, type PatroniCluster, type PatroniNode } from './patroni-cluster.ts'

jest.setTimeout(600_000)

const atFullLength = full ? test : test.skip
const noCables = full ? await whyNoCables() : 'only at full length'
const withCables = noCables === undefined ? test : test.skip
if (full && noCables !== undefined) tell(`skipped: nobody can be cut off here (${noCables})`)

const rounds = full ? 3 : 1
/** Of asking who leads, a tenth of a second apart. */
const tries = 600

let cluster: PatroniCluster
beforeAll(async () => {
  const startedAt = performance.now()
  cluster = await openPatroniCluster({ cables: noCables === undefined })
  tell(`healthy from nothing after ${secondsSince(startedAt)}`)
}, 120_000)
afterAll(async () => await cluster?.[Symbol.asyncDispose]())

test('the product brings its schema onto the cluster, and every replica serves it', async () => {
  await prepareDatabases(cluster.primaryUrl, () => 'test')
  const url = databaseUrls(cluster.replicasUrl, () => 'test')('links', 'redirect')
  for (let i = 1; i < cluster.nodes.length; i++)
    await until(
      () => readLinks(url),
      (answer) => answer === 'read from a replica',
    )
})

test('a primary that is killed loses nothing acknowledged, and comes back as a replica', async () => {
  await expectOutlived({
    strike: (primary) => primary.killNode(),
    mend: (primary) => primary.startNode(),
  })
})

test('a primary that was frozen overwrites nothing that was acknowledged while it was away', async () => {
  await expectOutlived({
    strike: (primary) => primary.freezeNode(),
    mend: async (primary) => primary.thawNode(),
  })
})

withCables('a primary that was cut off overwrites nothing either', async () => {
  await expectOutlived({
    strike: (primary) => primary.cut(),
    mend: async (primary) => primary.heal(),
  })
})

atFullLength('a Postgres that is killed under a living Patroni loses nothing', async () => {
  await expectOutlived({ strike: (primary) => primary.killPostgres(), mend: async () => {} })
})

atFullLength('what only the primary has is not acknowledged, and so not lost with it', async () => {
  expect(await loseTail(cluster)).toEqual([])
  await using asynchronous = await openPatroniCluster({ synchronous: false })
  expect(await loseTail(asynchronous)).not.toEqual([])
})

interface Fault {
  readonly strike: (primary: PatroniNode) => void
  readonly mend: (primary: PatroniNode) => Promise<void>
}

async function expectOutlived({ strike, mend }: Fault): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await cluster.healthy()
    await using inserting = await keepInserting(cluster.primaryUrl)
    await inserting.goesOn()
    const old = await leaderOf(cluster)
    const struckAt = performance.now()
    strike(old)
    const next = await successorOf(old, cluster)
    tell(`${next.name} follows ${old.name} after ${secondsSince(struckAt)}`)
    await inserting.goesOn()
    await mend(old)
    await cluster.healthy()
    tell(`healthy again after ${secondsSince(struckAt)}`)
    expect(await roleOf(old)).not.toBe('leader')
    const inserted = await inserting.stop()
    await expectKept(inserted)
    // That it bites: some were refused meanwhile.
    expect(inserted.unknown.length).toBeGreaterThan(0)
  }
}

/** On the primary now, on every other server soon, the one that returned too. */
async function expectKept(inserted: Inserted): Promise<void> {
  const { acknowledged, unknown, awaySeconds } = inserted
  tell(`${acknowledged.length} rows acknowledged, ${unknown.length} not; none for ${awaySeconds} s`)
  expect(await lostAt(cluster.primaryUrl, inserted)).toEqual([])
  // Patroni may restart a replica meanwhile.
  for (const { url } of cluster.nodes)
    await until(
      () => lostAt(url, inserted).catch(() => acknowledged),
      (lost) => lost.length === 0,
    )
}

/** The primary sends the replicas nothing for a second, then it dies; resolves to what was lost with it. */
async function loseTail(from: PatroniCluster): Promise<readonly number[]> {
  await from.healthy()
  await using inserting = await keepInserting(from.primaryUrl)
  await inserting.goesOn()
  const old = await leaderOf(from)
  for (const { pid } of await followersOf(old.url)) process.kill(pid, 'SIGSTOP')
  await sleep(1_000)
  old.killNode()
  await successorOf(old, from)
  await inserting.goesOn()
  await old.startNode()
  await from.healthy()
  const inserted = await inserting.stop()
  const lost = await lostAt(from.primaryUrl, inserted)
  tell(`${lost.length} of ${inserted.acknowledged.length} rows lost with ${old.name}`)
  return lost
}

async function leaderOf({ leader }: PatroniCluster): Promise<PatroniNode> {
  const found = await leader()
  if (found === undefined) throw new Error('there is no leader')
  return found
}

async function successorOf(
  { name }: PatroniNode,
  { leader, members }: PatroniCluster,
): Promise<PatroniNode> {
  for (let i = 0; i < tries; i++) {
    const found = await leader()
    if (found !== undefined && found.name !== name) return found
    await sleep(100)
  }
  throw new Error(`nobody took over from ${name}: ${JSON.stringify(await members())}`)
}

async function roleOf({ name }: PatroniNode): Promise<string | undefined> {
  return (await cluster.members()).find((member) => member.name === name)?.role
}

async function readLinks(url: string): Promise<string> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ isReplica: boolean }>(
      'select pg_is_in_recovery() as "isReplica", count(*) from links',
    )
    return rows[0]?.isReplica === true ? 'read from a replica' : 'read from the primary'
  } catch (error) {
    return String(error)
  } finally {
    await client.end().catch(() => {})
  }
}

function secondsSince(time: number): string {
  return `${((performance.now() - time) / 1000).toFixed(1)} s`
}

function tell(what: string): void {
  process.stderr.write(`  ${what}\n`)
}

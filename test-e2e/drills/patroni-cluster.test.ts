import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { databaseUrls, prepareDatabases } from '@sleepwell/deploy-local/databases'
import { full } from '@sleepwell/testing/fault-run'
import { Client } from 'pg'
import { until } from '../api.ts'
import { keepInserting, lostAt, type Inserting } from './keep-inserting.ts'
import { openPatroniCluster, type PatroniCluster, type PatroniNode } from './patroni-cluster.ts'

jest.setTimeout(600_000)

const atFullLength = full ? test : test.skip
const rounds = full ? 3 : 1
/** Of asking who leads, a tenth of a second apart. */
const tries = 600

let cluster: PatroniCluster
beforeAll(async () => {
  const startedAt = performance.now()
  cluster = await openPatroniCluster()
  tell('healthy from nothing', startedAt)
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
  for (let round = 0; round < rounds; round++) {
    await cluster.healthy()
    await using inserting = await keepInserting(cluster.primaryUrl)
    await inserting.goesOn()
    const old = await leaderOf(cluster)
    const startedAt = performance.now()
    old.killNode()
    const next = await successorOf(old)
    tell(`${old.name} killed, ${next.name} promoted`, startedAt)
    await inserting.goesOn()
    await old.startNode()
    await cluster.healthy()
    expect(await roleOf(old)).not.toBe('leader')
    await expectKept(inserting)
  }
})

test('a primary that was frozen overwrites nothing that was acknowledged while it was away', async () => {
  for (let round = 0; round < rounds; round++) {
    await cluster.healthy()
    await using inserting = await keepInserting(cluster.primaryUrl)
    await inserting.goesOn()
    const old = await leaderOf(cluster)
    const startedAt = performance.now()
    old.freezeNode()
    const next = await successorOf(old)
    tell(`${old.name} frozen, ${next.name} promoted`, startedAt)
    await inserting.goesOn()
    old.thawNode()
    await cluster.healthy()
    expect(await roleOf(old)).not.toBe('leader')
    await expectKept(inserting)
  }
})

atFullLength('a Postgres that is killed under a living Patroni is replaced at once', async () => {
  for (let round = 0; round < rounds; round++) {
    await cluster.healthy()
    await using inserting = await keepInserting(cluster.primaryUrl)
    await inserting.goesOn()
    const old = await leaderOf(cluster)
    const startedAt = performance.now()
    old.killPostgres()
    const next = await successorOf(old)
    tell(`Postgres of ${old.name} killed, ${next.name} promoted`, startedAt)
    await inserting.goesOn()
    await cluster.healthy()
    await expectKept(inserting)
  }
})

async function leaderOf({ leader }: PatroniCluster): Promise<PatroniNode> {
  const found = await leader()
  if (found === undefined) throw new Error('there is no leader')
  return found
}

async function successorOf(old: PatroniNode): Promise<PatroniNode> {
  for (let i = 0; i < tries; i++) {
    const found = await cluster.leader()
    if (found !== undefined && found.name !== old.name) return found
    await sleep(100)
  }
  throw new Error(`nobody took over from ${old.name}: ${JSON.stringify(await cluster.members())}`)
}

async function roleOf({ name }: PatroniNode): Promise<string | undefined> {
  return (await cluster.members()).find((member) => member.name === name)?.role
}

/** On the primary now, on every other server soon, the one that returned too. */
async function expectKept(inserting: Inserting): Promise<void> {
  const inserted = await inserting.stop()
  expect(await lostAt(cluster.primaryUrl, inserted)).toEqual([])
  for (const { url } of cluster.nodes)
    await until(
      () => lostAt(url, inserted),
      (lost) => lost.length === 0,
    )
  process.stderr.write(
    `  ${inserted.acknowledged.length} rows acknowledged, none lost, ${inserted.unknown.length} unknown; none acknowledged for ${inserted.awaySeconds} s\n`,
  )
  expect(inserted.unknown.length).toBeGreaterThan(0)
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

function tell(what: string, since: number): void {
  process.stderr.write(`  ${what}: ${((performance.now() - since) / 1000).toFixed(1)} s\n`)
}

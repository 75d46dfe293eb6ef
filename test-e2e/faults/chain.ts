// From a visitor to the report on three real brokers: redirect, Kafka, analytics, and what they need.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engine, type Engine } from '@sleepwell/testing/engine'
import { openTestTopic, type TestTopic } from '@sleepwell/testing/kafka'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Pool, type QueryResultRow } from 'pg'
import { until } from '../api.ts'
import { startService, type ServiceProcess } from './service-process.ts'

export interface Chain extends AsyncDisposable {
  readonly shortLink: string
  readonly topic: TestTopic
  readonly redirect: ServiceProcess
  /** On the analytics database, as the superuser. */
  readonly query: <Row extends QueryResultRow>(
    sql: string,
    values?: readonly unknown[],
  ) => Promise<Row[]>
  /** Clicks behind the reports. */
  readonly counted: () => Promise<number>
}

export const partitions = 6
export const brokers = ([1, 2, 3] as const).map((id) => engine(`kafka-${id}`))

export async function openChain(replication = 3): Promise<Chain> {
  const open = new AsyncDisposableStack()
  const links = open.use(await openTestDatabase('links'))
  const analytics = open.use(await openTestDatabase('analytics'))
  const topic = open.use(await openTestTopic('three brokers', partitions, replication))
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-chain-'))
  open.defer(() => rmSync(scratch, { recursive: true }))
  const poolOf = (database: typeof links) =>
    open.adopt(new Pool({ connectionString: database.url('postgres'), max: 2 }), (it) => it.end())
  await poolOf(links).query(
    `insert into links (id, owner_id, domain, slug, destination)
     values ($1, 'owner', '@', 'home', 'https://example.com/')`,
    [randomUUID()],
  )
  const pool = poolOf(analytics)
  const service = { LINKS_URL: links.url('analytics'), CLICK_LOG_URL: topic.url }
  open.use(
    await startService('analytics', { ...service, ANALYTICS_URL: analytics.url('analytics') }),
  )
  const redirect = open.use(
    await startService('redirect', {
      LINKS_URL: links.url('redirect'),
      LINKS_TIMEOUT_MS: '2000',
      CLICK_LOG_URL: topic.url,
      SPOOL_DIR: join(scratch, 'spool'),
      VISITOR_KEY: 'k'.repeat(32),
    }),
  )
  const query: Chain['query'] = async (sql, values = []) =>
    (await pool.query(sql, [...values])).rows
  return {
    shortLink: `${redirect.url}/home`,
    topic,
    redirect,
    query,
    counted: async () => {
      const [found] = await query<{ count: number }>('select count(*)::int as count from clicks')
      return found?.count ?? 0
    },
    [Symbol.asyncDispose]: async () => {
      // Also after a test that failed in between: only whole may the brokers be used by the next one.
      for (const broker of brokers) thaw(broker)
      await until(
        () => isWhole(topic),
        (whole) => whole,
      )
      await open.disposeAsync()
    },
  }
}

function thaw(broker: Engine): void {
  try {
    broker.thaw()
  } catch {
    // Killed, and not started again yet.
  }
}

/** Whether all brokers are there. */
export async function isWhole({ asAdmin }: TestTopic): Promise<boolean> {
  const cluster = await asAdmin((admin) => admin.describeCluster()).catch(() => undefined)
  return cluster?.brokers.length === brokers.length
}

export async function partitionsOf({ topic, asAdmin }: TestTopic) {
  const { topics } = await asAdmin((admin) => admin.fetchTopicMetadata({ topics: [topic] }))
  return topics[0]?.partitions ?? []
}

const topicResource = 2

interface ConfigAdmin {
  readonly alterConfigs: (change: {
    validateOnly: boolean
    resources: { type: number; name: string; configEntries: { name: string; value: string }[] }[]
  }) => Promise<unknown>
}

/** How many copies must be in sync for a record to be acknowledged. */
export async function demandCopies({ topic, asAdmin }: TestTopic, copies: number): Promise<void> {
  const configEntries = [{ name: 'min.insync.replicas', value: String(copies) }]
  await asAdmin((admin: ConfigAdmin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: topicResource, name: topic, configEntries }],
    }),
  )
}

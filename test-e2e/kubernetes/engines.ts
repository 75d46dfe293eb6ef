// The engines that `external` is given: on this machine, where pods reach them, with TLS and passwords. An authority of this run
// vouches for them.
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeAuthority } from '@sleepwell/deploy-local/certificates'
import { prepareKafka } from '@sleepwell/deploy-local/kafka/kafka-broker'
import { preparePostgres } from '@sleepwell/deploy-local/postgres'
import { prepareRedis } from '@sleepwell/deploy-local/redis'
import { supervise, type Supervised, type Supervision } from '@sleepwell/deploy-local/supervise'
import { Client, type QueryResultRow } from 'pg'
import { sqlOfPage } from './page.ts'

export interface Engines extends AsyncDisposable {
  /** PEM. */
  readonly authority: string
  /** Secrets of the namespace, as the page lists them. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** As the superuser. */
  readonly query: <Row extends QueryResultRow>(
    database: 'links' | 'analytics',
    sql: string,
    values?: readonly unknown[],
  ) => Promise<Row[]>
  /** Resolves when it is gone. */
  readonly stopKafka: () => Promise<void>
  /** Resolves when it is there again. */
  readonly startKafka: () => Promise<void>
}

export interface EnginesOptions {
  /** Of this machine, as pods reach it. */
  readonly host: string
  /** Made, and enough for everybody to enter. */
  readonly scratch: string
  readonly supervision: Supervision
}

/** A hundred pods with three connections each, those that come and go, and the other services. */
const connections = 600

export async function openEngines(options: EnginesOptions): Promise<Engines> {
  const { host, scratch, supervision } = options
  await using open = new AsyncDisposableStack()
  const authority = makeAuthority(join(scratch, 'certificates'), 'ca', [host])
  const password = randomBytes(24).toString('hex')
  const user = 'sleepwell'
  const tls = (name: string) => ({ ...authority, ...authority.issue(name), user, password })

  const access = join(scratch, 'pg_hba.conf')
  const whoMay = ['host all all 127.0.0.1/32 scram-sha-256', 'hostssl all all all scram-sha-256']
  writeFileSync(access, `${whoMay.join('\n')}\n`, { mode: 0o644 })
  const postgres = await preparePostgres({
    directory: join(scratch, 'postgres'),
    password,
    certificate: authority.issue('postgres'),
    settings: {
      listen_addresses: `127.0.0.1,${host}`,
      hba_file: access,
      max_connections: String(connections),
    },
  })
  await open.use(supervise(postgres, supervision)).ready
  await query(postgres.url, 'postgres', sqlOfPage(password))

  const redis = await prepareRedis({
    directory: join(scratch, 'redis'),
    password,
    tls: { ...tls('redis'), host },
  })
  await open.use(supervise(redis, supervision)).ready

  const kafka = await prepareKafka({
    directory: join(scratch, 'kafka'),
    say: supervision.say,
    hosts: [host],
    tls: tls('kafka'),
  })
  const [broker] = kafka.brokers
  if (broker === undefined) throw new Error('no broker')
  let running: Supervised | undefined
  const stopKafka = async () => {
    await running?.[Symbol.asyncDispose]()
    running = undefined
  }
  const startKafka = async () => {
    running = supervise(broker, supervision)
    await running.ready
  }
  open.defer(stopKafka)
  await startKafka()

  const { port } = new URL(postgres.url)
  const on = (database: string, role: string) =>
    `postgres://${role}:${password}@${host}:${port}/${database}?sslmode=verify-full`
  const clickLog = kafka.tlsUrl ?? ''
  const all = open.move()
  return {
    authority: readFileSync(authority.authorityFile, 'utf8'),
    secrets: {
      redirect: {
        LINKS_URL: on('links', 'redirect'),
        LINKS_REPLICA_URLS: '',
        REDIS_URL: redis.tlsUrl ?? '',
        CLICK_LOG_URL: clickLog,
        VISITOR_KEY: randomBytes(32).toString('hex'),
      },
      'link-write': { LINKS_URL: on('links', 'link_write') },
      analytics: {
        ANALYTICS_URL: on('analytics', 'analytics'),
        LINKS_URL: on('links', 'analytics'),
        LINKS_REPLICA_URLS: '',
        CLICK_LOG_URLS: clickLog,
      },
      dashboard: { SESSION_KEY: randomBytes(32).toString('hex') },
      migrations: {
        LINKS_OWNER_URL: on('links', 'links_owner'),
        ANALYTICS_OWNER_URL: on('analytics', 'analytics_owner'),
        CLICK_LOG_URL: clickLog,
      },
    },
    query: async <Row extends QueryResultRow>(
      database: string,
      sql: string,
      values: readonly unknown[] = [],
    ) => (await query(postgres.url, database, [sql], values)) as Row[],
    stopKafka,
    startKafka,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** @returns rows of the last one */
async function query(
  url: string,
  database: string,
  statements: readonly string[],
  values: readonly unknown[] = [],
): Promise<QueryResultRow[]> {
  const client = new Client({ connectionString: `${url}/${database}` })
  await client.connect()
  try {
    let rows: QueryResultRow[] = []
    for (const statement of statements) rows = (await client.query(statement, [...values])).rows
    return rows
  } finally {
    await client.end()
  }
}

// The engines that tests run against, started once per run; how to reach them is told by environment variables.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeAuthority, type Authority } from './certificates.ts'
import { prepareDatabases } from './databases.ts'
import { startTestKafka } from './kafka/brokers-for-tests.ts'
import { withPidFile } from './pid-file.ts'
import { prepareReplica } from './postgres-replica.ts'
import { preparePostgres } from './postgres.ts'
import { prepareRedis } from './redis.ts'
import { supervise, type Program, type Supervision } from './supervise.ts'

export interface TestEngines extends AsyncDisposable {
  /** What tests are told, once all engines are ready. */
  readonly env: Promise<Record<string, string>>
}

const password = 'test'
const user = 'sleepwell'
/** The same on both servers: a replica takes no less than its primary. */
const settings = { fsync: 'off', max_connections: '300', wal_level: 'logical' }

/** Begins at once, beside whatever else is done. */
export function startTestEngines(directory: string, supervision: Supervision): TestEngines {
  const running = new AsyncDisposableStack()
  const pids = join(directory, 'engines')
  mkdirSync(pids)
  const env = start()
  env.catch(() => {}) // who waits for it hears of it
  return {
    env,
    [Symbol.asyncDispose]: async () => {
      await env.catch(() => {})
      await running.disposeAsync()
    },
  }

  async function start(): Promise<Record<string, string>> {
    const certificates = join(directory, 'certificates')
    const authority = makeAuthority(certificates)
    makeBadCertificates(authority, certificates)
    const kafka = running.use(startTestKafka(directory, authority, supervision))
    const started = await Promise.allSettled([
      kafka.env,
      startRedis(authority),
      startPostgres(authority),
    ])
    // None may still be starting when those that run are stopped.
    const told = started.map((one) => {
      if (one.status === 'rejected') throw one.reason
      return one.value
    })
    return Object.assign(
      { TEST_ENGINES_DIR: pids, TEST_CA_FILE: authority.authorityFile },
      ...told,
    ) as Record<string, string>
  }

  async function startRedis(authority: Authority): Promise<Record<string, string>> {
    const tls = { ...authority, ...authority.issue('redis'), user, password }
    const redis = await prepareRedis({ directory: join(directory, 'redis'), tls })
    await startOne(withPidFile(redis, join(pids, 'redis.pid')))
    return { TEST_REDIS_URL: redis.url, TEST_REDIS_TLS_URL: redis.tlsUrl ?? '' }
  }

  async function startPostgres(authority: Authority): Promise<Record<string, string>> {
    const primaryDirectory = join(directory, 'postgres')
    const certificate = authority.issue('postgres')
    const options = { directory: primaryDirectory, password, settings, certificate }
    const primary = withPidFile(await preparePostgres(options), join(pids, 'postgres.pid'))
    await startOne(primary)
    await prepareDatabases(primary.url, () => password)
    const replica = await prepareReplica({
      directory: join(directory, 'postgres-replica'),
      primary,
      primaryDirectory,
      password,
      settings,
      say: supervision.say,
    })
    await startOne(withPidFile(replica, join(pids, 'postgres-replica.pid')))
    const tls = `${primary.url.replace('127.0.0.1', 'localhost')}?sslmode=verify-full`
    return {
      TEST_POSTGRES_URL: primary.url,
      TEST_POSTGRES_TLS_URL: tls,
      TEST_POSTGRES_REPLICA_URL: replica.url,
    }
  }

  async function startOne(program: Program): Promise<void> {
    await running.use(supervise(program, supervision)).ready
  }
}

/** Nobody may accept these. */
function makeBadCertificates(authority: Authority, directory: string): void {
  authority.issue('expired', -1)
  makeAuthority(directory, 'foreign-ca').issue('foreign')
}

// The production form on one machine: Kafka, Redis, a primary with a streaming replica.
import { join } from 'node:path'
import {
  openDatabases,
  openPostgres,
  placeOf,
  postgresDirectory,
  runIn,
  urlsOn,
  type EngineContext,
  type OpenEngines,
} from './engines.ts'
import type { Database, DatabaseUrl } from './databases.ts'
import { ensureInstalled } from './install-packages.ts'
import { prepareKafka } from './kafka/kafka-broker.ts'
import { createTopics, untilCounted } from './kafka-clicks.ts'
import { openMonitoring } from './monitoring/open-monitoring.ts'
import { host } from './ports.ts'
import { kafkaPortOf } from './services.ts'
import { readServers, type Servers } from './postgres-servers.ts'
import { prepareReplica } from './postgres-replica.ts'
import type { Postgres } from './postgres-program.ts'
import { prepareRedis } from './redis.ts'
import { noteUncounted } from './uncounted.ts'

export const openStackEngines: OpenEngines = async (context) => {
  const { step, options, supervision } = context
  const { say, hurry } = supervision
  // In the order in which they are closed, from last to first, however fast each of them starts.
  const inside = () => ({ ...context, open: context.open.use(new AsyncDisposableStack()) })
  const [primary, replica, redis, kafka] = [inside(), inside(), inside(), inside()]

  // Postgres came with npm, and so does not wait for it.
  const installed = ensureInstalled('stack', { say, stop: context.stop })
  const opened = await step('Postgres with a replica, Redis and Kafka', async () => {
    const [databases, redisUrl, kafkaUrl] = await Promise.all([
      openBoth(primary, replica),
      installed.then(() => openRedis(redis)),
      installed.then(() => openKafka(kafka)),
    ])
    return { ...databases, redisUrl, kafkaUrl }
  })
  const { urlOf, replicaUrlOf, redisUrl, kafkaUrl } = opened
  await step('Topics', () => createTopics(kafkaUrl))
  noteUncounted(options.data)
  return {
    urlOf,
    settings: {
      redirect: {
        REDIS_URL: redisUrl,
        CLICK_LOG_URL: kafkaUrl,
        LINKS_REPLICA_URLS: replicaUrlOf('links', 'redirect'),
      },
      analytics: {
        CLICK_LOG_URL: kafkaUrl,
        LINKS_REPLICA_URLS: replicaUrlOf('links', 'analytics'),
      },
    },
    places: {
      Postgres: placeOf(urlOf('links', 'redirect')),
      ...placesOf(replicaUrlOf('links', 'redirect')),
      Redis: placeOf(redisUrl),
      Kafka: placeOf(kafkaUrl),
    },
    monitor: () =>
      openMonitoring(context, {
        postgres: opened.servers,
        redisUrl,
      }),
    lastClicks: () =>
      untilCounted({ data: options.data, kafkaUrl, postgresUrl: opened.postgresUrl, say, hurry }),
  }
}

async function openBoth(primary: EngineContext, replica: EngineContext) {
  const { postgresFile, linksFile } = primary.options
  if (postgresFile !== undefined) return await useServers(readServers(postgresFile), primary)
  if (linksFile !== undefined) return await useLinks(readServers(linksFile), primary)
  const postgres = await openPostgres(primary)
  const urlOf = await openDatabases(primary, postgres)
  const copy = await openReplica(replica, postgres)
  const replicaUrlOf = urlsOn(replica, copy)
  const servers = { primary: postgres.url, replica: copy.url }
  return { urlOf, replicaUrlOf, postgresUrl: postgres.url, servers }
}

async function useServers(
  { primary, replicas }: Servers,
  context: EngineContext,
  databases?: readonly Database[],
) {
  const urlOf = await openDatabases(context, { url: primary }, databases)
  const replicaUrlOf: DatabaseUrl = (database, role) =>
    replicas.map((url) => urlsOn(context, { url })(database, role)).join()
  const servers = Object.fromEntries([
    ['primary', primary],
    ...replicas.map((url, i) => [`replica-${i + 1}`, url]),
  ])
  return { urlOf, replicaUrlOf, postgresUrl: primary, servers }
}

/** That of the links is shared, the analytics database is in a Postgres of its own. */
async function useLinks(shared: Servers, context: EngineContext) {
  const links = await useServers(shared, context, ['links'])
  const postgres = await openPostgres(context)
  const ownUrlOf = await openDatabases(context, postgres, ['analytics'])
  const urlOf: DatabaseUrl = (database, role) =>
    (database === 'links' ? links.urlOf : ownUrlOf)(database, role)
  return {
    ...links,
    urlOf,
    postgresUrl: postgres.url,
    servers: { ...links.servers, analytics: postgres.url },
  }
}

/** @param urls separated by commas */
function placesOf(urls: string): Record<string, string> {
  const all = urls.split(',').filter((url) => url !== '')
  return all.length === 0 ? {} : { replica: all.map(placeOf).join() }
}

async function openReplica(context: EngineContext, primary: Postgres): Promise<Postgres> {
  const { options, secrets, supervision, open } = context
  const replica = await prepareReplica({
    directory: join(options.data, 'postgres-replica'),
    primary,
    primaryDirectory: postgresDirectory(options),
    password: secrets.replica,
    say: supervision.say,
  })
  await runIn(open, replica, supervision)
  return replica
}

async function openRedis({ options, secrets, supervision, open }: EngineContext): Promise<string> {
  const directory = join(options.data, 'redis')
  const redis = await prepareRedis({ directory, password: secrets.redis })
  await runIn(open, redis, supervision)
  return redis.url
}

/** Of each further broker one, as all of them use the same ports. */
const otherKafkaHosts = ['127.0.0.2', '127.0.0.3']

async function openKafka({ options, supervision, open }: EngineContext): Promise<string> {
  const directory = join(options.data, 'kafka')
  const hosts = [options.host ?? host, ...otherKafkaHosts].slice(0, options.kafkaBrokers)
  // Others must find it again when it was started anew.
  const port = options.host === undefined ? {} : { port: kafkaPortOf(options.ports) }
  const kafka = await prepareKafka({ directory, say: supervision.say, hosts, ...port })
  await Promise.all(kafka.brokers.map((broker) => runIn(open, broker, supervision)))
  return kafka.url
}

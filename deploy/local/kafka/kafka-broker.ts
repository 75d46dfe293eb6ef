// Apache Kafka on the JVM: one broker, or three of them on addresses of their own.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { CannotStart } from '../cannot-start.ts'
import type { Program } from '../supervise.ts'
import { kafkaJava } from './kafka-java.ts'
import { resolveKafkaJars, type KafkaJars } from './kafka-jars.ts'
import { findPorts } from './kafka-ports.ts'
import { serverProperties, type Node } from './kafka-properties.ts'

export interface KafkaTls {
  /** PEM; the key without a password, as PKCS #8. */
  readonly certificateFile: string
  readonly keyFile: string
  readonly authorityFile: string
  /** Made together with the storage; names and passwords of letters and digits. */
  readonly user: string
  readonly password: string
}

export interface KafkaOptions {
  /** Of Kafka alone; made if absent. The caller sees to it that nobody else uses it. */
  readonly directory: string
  readonly say: (line: string) => void
  /** An address for each broker; more than one are a cluster. */
  readonly hosts?: readonly string[]
  /** Of each of them; a free one if absent. */
  readonly port?: number
  /** Set: the brokers also listen with TLS and ask for a password. */
  readonly tls?: KafkaTls
}

export interface Kafka {
  readonly brokers: readonly Program[]
  /** `kafka://…`; it stays the same however often a broker is started again. */
  readonly url: string
  /** `kafkas://…`, with user and password. */
  readonly tlsUrl: string | undefined
}

/** How long a start waits until the broker of an earlier start has let go of the storage. */
const handoverSeconds = 30

/** How a JVM ends that was asked to: 128 + SIGTERM. */
const stoppedInOrder = 143

/** Makes everything ready for Kafka to be started, again and again. */
export async function prepareKafka(options: KafkaOptions): Promise<Kafka> {
  const { say, hosts = ['127.0.0.1'], tls } = options
  const directory = resolve(options.directory)
  requireTools()
  const jars = await resolveKafkaJars({ say })
  const [freePort, controllerPort, tlsPort] = await findPorts(hosts)
  const { port = freePort } = options
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const secure = tls && { port: tlsPort, ...writeStores(directory, tls) }
  const nodes = hosts.map((host, i) => ({
    id: i + 1,
    host,
    port,
    controllerPort,
    ...(secure && { tls: secure }),
  }))
  const before = readdirSync(directory).filter((name) => name.startsWith('node-')).length
  if (before > 0 && before !== hosts.length)
    throw new CannotStart(
      `The data are of a Kafka of ${before}: --kafka-brokers ${before}, or --fresh to begin anew.`,
    )
  const cluster = clusterOf(directory)
  const brokers = await Promise.all(
    nodes.map((node) => prepareBroker({ node, nodes, directory, cluster, jars, options })),
  )
  const at = (which: number) => hosts.map((host) => `${host}:${which}`).join()
  return {
    brokers,
    url: `kafka://${at(port)}`,
    tlsUrl: tls && `kafkas://${tls.user}:${tls.password}@${at(tlsPort)}`,
  }
}

interface BrokerParts {
  readonly node: Node
  readonly nodes: readonly Node[]
  readonly directory: string
  readonly cluster: string
  readonly jars: KafkaJars
  readonly options: KafkaOptions
}

async function prepareBroker(parts: BrokerParts): Promise<Program> {
  const { node, nodes, directory, jars } = parts
  const name = nodes.length === 1 ? 'Kafka' : `Kafka ${node.id}`
  const home = join(directory, `node-${node.id}`)
  const data = join(home, 'data')
  const properties = join(home, 'server.properties')
  const lock = join(home, 'lock')
  mkdirSync(home, { recursive: true })
  writeFileSync(properties, serverProperties(node, nodes, data))
  // Written last when storage is made: without it there is nothing in there yet.
  if (!existsSync(join(data, 'meta.properties')))
    await format(lock, [...kafkaJava(jars).format, ...formatWords(parts, properties)], name)

  // One of several would do the same work as the others.
  const trains = nodes.length === 1
  const aside = join(jars.folder, `new-${process.pid}-${randomBytes(4).toString('hex')}.jsa`)
  let started = false
  return {
    name,
    // It hands its partitions over and closes its files.
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
    spawn: () => {
      started = false
      const java = kafkaJava(jars, trains ? aside : undefined)
      const child = startJava(lock, [...java.broker, properties])
      child.stderr?.on('data', (text) => (started ||= String(text).includes('Server started')))
      child.once('exit', (code) => keepArchive(aside, java.archive, code === stoppedInOrder))
      return child
    },
    isReady: async () => started && (await accepts(node.host, node.port)),
  }
}

/**
 * Two JVMs on one storage break it: the kernel holds the lock for as long as this one lives, however it was started.
 * It ends when this process does, however that ends.
 */
function startJava(lock: string, words: readonly string[]): ChildProcess {
  const tied = ['--pdeathsig', 'TERM', '--', 'flock', '--no-fork', '-w', String(handoverSeconds)]
  return spawn('setpriv', [...tied, lock, 'java', ...words], {
    // In a process group of its own: Ctrl-C is for the supervisor, which stops others first.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

async function format(lock: string, words: readonly string[], name: string): Promise<void> {
  const child = startJava(lock, words)
  let said = ''
  child.stderr?.on('data', (text) => (said += String(text)))
  const status = await new Promise((done, failed) => {
    child.once('error', failed).once('close', done)
  })
  if (status !== 0)
    throw new CannotStart(`The storage of ${name} could not be made: ${said.trim().slice(-500)}`)
}

function formatWords({ cluster, options }: BrokerParts, properties: string): string[] {
  const words = ['-t', cluster, '-c', properties]
  const { tls } = options
  if (tls === undefined) return words
  return [...words, '--add-scram', `SCRAM-SHA-512=[name=${tls.user},password=${tls.password}]`]
}

/** Its name for ever: offsets that were kept for other storage must not be taken for those of this one. */
function clusterOf(directory: string): string {
  const file = join(directory, 'cluster')
  if (!existsSync(file)) {
    // Base 64, and not beginning with a dash.
    const id = randomBytes(16)
    id[0] = 0
    writeFileSync(`${file}.new`, id.toString('base64url'))
    renameSync(`${file}.new`, file)
  }
  return readFileSync(file, 'utf8')
}

function writeStores(directory: string, tls: KafkaTls): { keyStore: string; trustStore: string } {
  const keyStore = join(directory, 'key-and-certificate.pem')
  const both = [tls.keyFile, tls.certificateFile].map((file) => readFileSync(file, 'utf8'))
  rmSync(keyStore, { force: true })
  writeFileSync(keyStore, both.join('\n'), { mode: 0o600 })
  return { keyStore, trustStore: resolve(tls.authorityFile) }
}

/** An archive that was cut short is not one; what killed supervisors have left of theirs goes too. */
function keepArchive(aside: string, archive: string, complete: boolean): void {
  if (!existsSync(aside)) return
  if (complete && !existsSync(archive)) renameSync(aside, archive)
  const folder = dirname(archive)
  for (const name of readdirSync(folder))
    if (/^new-.*\.jsa$/u.test(name)) rmSync(join(folder, name), { force: true })
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect({ host, port })
    socket.once('connect', () => answer(true)).once('error', () => answer(false))
    socket.once('connect', () => socket.destroy())
  })
}

function requireTools(): void {
  for (const tool of ['setpriv', 'flock'])
    if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0)
      throw new CannotStart(`Kafka is started with ${tool}: install util-linux.`)
}

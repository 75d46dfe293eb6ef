// Apache Kafka's jars, fetched once by Maven into a cache that all checkouts share.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CannotStart } from '../cannot-start.ts'

const pom = fileURLToPath(new URL('pom.xml', import.meta.url))
const oldestJava = 17
const install =
  'apt-get update && apt-get install -y --no-install-recommends default-jre-headless maven'

export interface KafkaJars {
  readonly folder: string
  /** What `java` is: an archive of classes serves one version of it only. */
  readonly java: string
}

export interface ResolveOptions {
  readonly say: (line: string) => void
  /** Holds a folder per version of Kafka. */
  readonly cache?: string
}

/** The jars that pom.xml names. Processes that resolve them at once do not disturb each other. */
export async function resolveKafkaJars(options: ResolveOptions): Promise<KafkaJars> {
  const {
    say,
    cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sleepwell'),
  } = options
  const java = javaVersion()
  const hash = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)
  const folder = join(cache, `kafka-${hash}`)
  if (existsSync(folder)) return { folder, java }
  requireMaven()
  say('Fetching Apache Kafka; later starts find it in the cache')
  mkdirSync(cache, { recursive: true })
  const aside = mkdtempSync(join(cache, 'kafka-new-'))
  try {
    const offline = await copyJars(aside, ['-o'])
    const online = offline === undefined ? undefined : await copyJars(aside, [])
    if (online !== undefined)
      throw new CannotStart(
        `Maven could not fetch Apache Kafka, check the network and Maven's settings: ${online}`,
      )
    moveInto(aside, folder)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
  return { folder, java }
}

/** Undefined, or what Maven complained of. */
async function copyJars(folder: string, flags: readonly string[]): Promise<string | undefined> {
  const words = ['-B', '-q', ...flags, '-f', pom, 'dependency:copy-dependencies']
  const child = spawn('mvn', [...words, '-DincludeScope=runtime', `-DoutputDirectory=${folder}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => (said = (said + String(text)).slice(-20_000)))
  const status = await new Promise((resolve) => child.once('close', resolve))
  if (status === 0) return undefined
  return said.split('\n').find((line) => line.includes('ERROR')) ?? `exit code ${String(status)}`
}

function moveInto(aside: string, folder: string): void {
  try {
    renameSync(aside, folder)
  } catch (error) {
    // Another process was faster, with the same jars.
    if (!existsSync(folder)) throw error
  }
}

function javaVersion(): string {
  const asked = spawnSync('java', ['-version'], { encoding: 'utf8' })
  const version = /version "(\d+)[^"]*"/u.exec(asked.stderr ?? '')
  if (version === null) throw new CannotStart(`Kafka needs Java and Maven. As root: ${install}`)
  if (Number(version[1]) < oldestJava)
    throw new CannotStart(`Kafka needs Java ${oldestJava}, and \`java\` is ${version[1]}.`)
  return asked.stderr.trim()
}

function requireMaven(): void {
  if (spawnSync('mvn', ['-v'], { stdio: 'ignore' }).status !== 0)
    throw new CannotStart(`Kafka is fetched by Maven (mvn), which is missing. As root: ${install}`)
}

// The whole system as `npm start` or `npm run stack` runs it, on ports and data of its own.
import { spawn } from 'node:child_process'
import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client, type QueryResultRow } from 'pg'
import { freeRow } from './ports.ts'

export interface Access {
  readonly redirect: string
  readonly linkWrite: string
  readonly analytics: string
  readonly apiKey: string
  readonly engines: Readonly<Record<string, string>>
}

export interface SystemAccess extends Access {
  readonly dashboard: string
}

export const forms = ['start', 'stack'] as const
/** Which command: Postgres alone, or Kafka, Redis and a replica beside it. */
export type Form = (typeof forms)[number]

export type Service = 'redirect' | 'link-write' | 'analytics' | 'dashboard'
/** All but the first are in the stack only. */
export type Engine =
  | 'postgres'
  | 'postgres-replica'
  | 'redis'
  | 'kafka'
  | `kafka-${1 | 2 | 3}`
  | 'prometheus'

export interface System extends AsyncDisposable {
  readonly access: SystemAccess
  readonly data: string
  /** Everything that it has printed. */
  readonly output: () => string
  readonly pidOf: (program: Service | Engine) => number
  readonly metricsOf: (service: Service) => Promise<string>
  /** Behind the product's back, as the superuser. */
  readonly query: <Row extends QueryResultRow>(
    database: 'links' | 'analytics',
    sql: string,
    values?: readonly unknown[],
  ) => Promise<Row[]>
  /** Ctrl-C; resolves to the exit code. The data stays until disposed. */
  readonly stop: () => Promise<number | null>
  /** Ctrl-C twice: there is no time to stop in order. */
  readonly cutShort: () => Promise<void>
}

const root = fileURLToPath(new URL('../', import.meta.url))
const portNames = { redirect: 0, 'link-write': 1, analytics: 2, dashboard: 3 } as const

export interface SystemOptions {
  readonly form?: Form
  /** Made, and removed afterwards, if absent. */
  readonly data?: string
  readonly env?: Readonly<Record<string, string>>
  /** By so much all durations of alerts are shortened; the stack only. */
  readonly timeScale?: number
  /** The stack only. */
  readonly kafkaBrokers?: 1 | 3
  /** A Postgres that is there already, the superuser's URL and those of its replicas; the stack only. */
  readonly postgres?: readonly [primary: string, ...replicas: string[]]
  /** The same, of the links database alone. */
  readonly links?: readonly [primary: string, ...replicas: string[]]
  /** With the links and the month of clicks of `--demo`. */
  readonly demo?: boolean
  /** First of its ports. */
  readonly port?: number
  /** On another machine, as far as the network goes. */
  readonly place?: { readonly host: string; readonly enter: readonly string[] }
}

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { form = 'start', data = newDataDirectory(), timeScale, kafkaBrokers, place } = options
  const { postgres, links, port = await freeRow() } = options
  const servers = `${data}.postgres`
  const given = postgres ?? links
  if (given !== undefined) writeFileSync(servers, given.join('\n'), { mode: 0o600 })
  const [file, ...words] = [...(place?.enter ?? []), 'node']
  const child = spawn(
    file,
    [
      ...words,
      `deploy/local/${form}.ts`,
      '--data',
      data,
      '--ports',
      String(port),
      ...(timeScale === undefined ? [] : ['--time-scale', String(timeScale)]),
      ...(kafkaBrokers === undefined ? [] : ['--kafka-brokers', String(kafkaBrokers)]),
      ...(postgres === undefined ? [] : ['--postgres', servers]),
      ...(links === undefined ? [] : ['--links', servers]),
      ...(place === undefined ? [] : ['--host', place.host]),
      ...(options.demo === true ? ['--demo'] : []),
    ],
    {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const stop = async () => {
    child.kill('SIGINT')
    return await exited
  }
  const access = await accessOf(data, port, () => {
    if (child.exitCode !== null) throw new Error(`the system did not start:\n${output}`)
  })
  return {
    access,
    data,
    output: () => output,
    stop,
    cutShort: async () => {
      child.kill('SIGINT')
      while (!output.includes('link-write stopped')) await sleep(20)
      while (!output.includes('Cut short')) {
        child.kill('SIGINT')
        await sleep(100)
      }
      await exited
    },
    pidOf: (program) => {
      switch (program) {
        case 'postgres':
        case 'postgres-replica':
          return postmaster(join(data, program))
        case 'redis':
          return findProcess('redis-server', access.engines.Redis ?? 'no Redis')
        case 'prometheus':
          return findProcess('prometheus', join(data, 'monitoring/'))
        case 'kafka':
          return findProcess('java', join(data, 'kafka/'))
        case 'kafka-1':
        case 'kafka-2':
        case 'kafka-3':
          return findProcess('java', join(data, program.replace('-', '/node-')))
        default:
          return servicePid(program, port + portNames[program])
      }
    },
    metricsOf: async (service) => {
      const answer = await fetch(`http://127.0.0.1:${port + 1000 + portNames[service]}/metrics`)
      return await answer.text()
    },
    query: async (database, sql, values = []) => {
      const client = new Client({
        connectionString: postgres ? `${postgres[0]}/${database}` : superuserUrl(data, database),
      })
      await client.connect()
      try {
        return (await client.query(sql, [...values])).rows
      } finally {
        await client.end()
      }
    },
    [Symbol.asyncDispose]: async () => {
      await stop()
      if (options.data === undefined) rmSync(dirname(data), { recursive: true, force: true })
    },
  }
}

/** Where Postgres may go also when it has to run as somebody else. */
export function newDataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-e2e-'))
  chmodSync(directory, 0o755)
  return join(directory, 'data')
}

async function accessOf(data: string, port: number, check: () => void): Promise<SystemAccess> {
  const file = join(data, 'access.json')
  const startedAt = Date.now()
  for (;;) {
    check()
    try {
      const access = JSON.parse(readFileSync(file, 'utf8')) as SystemAccess
      // That of an earlier start is there until this one is under way, and may be of the same ports.
      if (statSync(file).mtimeMs >= startedAt && access.redirect.endsWith(`:${port}`)) return access
    } catch {
      // Not there yet.
    }
    await sleep(50)
  }
}

function postmaster(directory: string): number {
  return Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')[0])
}

export function superuserUrl(data: string, database: string): string {
  const { postgres } = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as {
    postgres: string
  }
  const port = readFileSync(join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[3]
  return `postgres://postgres:${postgres}@127.0.0.1:${port}/${database}`
}

/** The process in the service's folder that was told this port. */
function servicePid(service: string, port: number): number {
  return firstProcess(service, (process) => {
    if (readlinkSync(`${process}/cwd`) !== `${root}services/${service}`) return false
    return readFileSync(`${process}/environ`, 'utf8').split('\0').includes(`PORT=${port}`)
  })
}

/** The process of a program that has `words` on its command line. */
function findProcess(program: string, words: string): number {
  return firstProcess(program, (process) => {
    const command = readFileSync(`${process}/cmdline`, 'utf8')
    return readFileSync(`${process}/comm`, 'utf8').trim() === program && command.includes(words)
  })
}

function firstProcess(name: string, isIt: (directory: string) => boolean): number {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/u.test(entry)) continue
    try {
      if (isIt(`/proc/${entry}`)) return Number(entry)
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error(`${name} does not run`)
}

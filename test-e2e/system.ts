// The whole system as `npm start` runs it, on ports and data of its own.
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client, type QueryResultRow } from 'pg'

export interface Access {
  readonly redirect: string
  readonly linkWrite: string
  readonly analytics: string
  readonly apiKey: string
}

export type Service = 'redirect' | 'link-write' | 'analytics' | 'postgres'

export interface System extends AsyncDisposable {
  readonly access: Access
  readonly data: string
  /** Everything that it has printed. */
  readonly output: () => string
  readonly pidOf: (service: Service) => number
  readonly metricsOf: (service: Exclude<Service, 'postgres'>) => Promise<string>
  /** Behind the product's back, as the superuser. */
  readonly query: <Row extends QueryResultRow>(
    database: 'links' | 'analytics',
    sql: string,
    values?: readonly unknown[],
  ) => Promise<Row[]>
  /** Ctrl-C; resolves to the exit code. The data stays until disposed. */
  readonly stop: () => Promise<number | null>
}

const root = fileURLToPath(new URL('../', import.meta.url))
const portNames = { redirect: 0, 'link-write': 1, analytics: 2 } as const

export interface SystemOptions {
  /** Made, and removed afterwards, if absent. */
  readonly data?: string
  readonly env?: Readonly<Record<string, string>>
}

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const data = options.data ?? newDataDirectory()
  const port = randomPort()
  const child = spawn('node', ['deploy/local/start.ts', '--data', data, '--ports', String(port)], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const stop = async () => {
    child.kill('SIGINT')
    return await exited
  }
  const access = await accessOf(data, () => {
    if (child.exitCode !== null) throw new Error(`the system did not start:\n${output}`)
  })
  return {
    access,
    data,
    output: () => output,
    stop,
    pidOf: (service) =>
      service === 'postgres' ? postmaster(data) : servicePid(service, port + portNames[service]),
    metricsOf: async (service) => {
      const answer = await fetch(`http://127.0.0.1:${port + 1000 + portNames[service]}/metrics`)
      return await answer.text()
    },
    query: async (database, sql, values = []) => {
      const client = new Client({ connectionString: superuserUrl(data, database) })
      await client.connect()
      try {
        return (await client.query(sql, [...values])).rows
      } finally {
        await client.end()
      }
    },
    [Symbol.asyncDispose]: async () => {
      await stop()
      if (options.data === undefined) rmSync(data, { recursive: true })
    },
  }
}

/** Where Postgres may go also when it has to run as somebody else. */
export function newDataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-e2e-'))
  chmodSync(directory, 0o755)
  return join(directory, 'data')
}

function randomPort(): number {
  return 20_000 + Math.floor(Math.random() * 1000) * 10
}

async function accessOf(data: string, check: () => void): Promise<Access> {
  for (;;) {
    check()
    try {
      return JSON.parse(readFileSync(join(data, 'access.json'), 'utf8')) as Access
    } catch {
      await sleep(50)
    }
  }
}

function postmaster(data: string): number {
  return Number(readFileSync(join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
}

function superuserUrl(data: string, database: string): string {
  const { postgres } = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as {
    postgres: string
  }
  const port = readFileSync(join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[3]
  return `postgres://postgres:${postgres}@127.0.0.1:${port}/${database}`
}

/** The process in the service's folder that was told this port. */
function servicePid(service: string, port: number): number {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/u.test(entry)) continue
    try {
      if (readlinkSync(`/proc/${entry}/cwd`) !== `${root}services/${service}`) continue
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0')
      if (environment.includes(`PORT=${port}`)) return Number(entry)
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error(`${service} does not run`)
}

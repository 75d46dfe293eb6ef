// For tests: a real Prometheus with our rules, given a past and processes to ask.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '@sleepwell/testing/ports'
import { createAsk } from './prometheus.ts'

const host = '127.0.0.1'
const rulesFile = fileURLToPath(
  new URL('../../../deploy/prometheus/slo.rules.yml', import.meta.url),
)

/** Samples of a series by their times, in seconds since the epoch; the oldest first. */
export type Past = Readonly<Record<string, readonly (readonly [at: number, value: number])[]>>

export interface TestPrometheus extends AsyncDisposable {
  readonly origin: string
  /** Resolves when the query has an answer. */
  readonly until: (query: string) => Promise<void>
  /** From now on it does not answer. */
  readonly end: () => Promise<void>
}

/** @param targets where processes tell of themselves, by job */
export async function openTestPrometheus(
  past: Past,
  targets: Readonly<Record<string, readonly string[]>>,
): Promise<TestPrometheus> {
  const directory = await mkdtemp(join(tmpdir(), 'sleepwell-prometheus-'))
  const data = join(directory, 'data')
  const pastFile = join(directory, 'past.txt')
  await writeFile(pastFile, openMetrics(past))
  await promisify(execFile)('promtool', [
    'tsdb',
    'create-blocks-from',
    '--max-block-duration=1000h',
    'openmetrics',
    '--quiet',
    pastFile,
    data,
  ])
  const configFile = join(directory, 'prometheus.yml')
  await writeFile(configFile, configOf(targets))
  const port = await freePort()
  const origin = `http://${host}:${port}`
  const child = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'TERM',
      '--',
      'prometheus',
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=40d',
      `--web.listen-address=${host}:${port}`,
    ],
    { stdio: 'ignore' },
  )
  const exited = once(child, 'exit')
  const end = async () => {
    child.kill('SIGTERM')
    await exited
  }
  const ask = createAsk(origin, fetch)
  return {
    origin,
    until: async (query) => {
      while ((await ask(query).catch(() => [])).length === 0) await sleep(50)
    },
    end,
    [Symbol.asyncDispose]: async () => {
      await end()
      await rm(directory, { recursive: true })
    },
  }
}

/** A process that tells `text` of itself. */
export async function openTestProcess(text: string) {
  const server = createServer((_req, res) => {
    res.setHeader('Content-Type', 'text/plain; version=0.0.4').end(text)
  })
  await once(server.listen(0, host), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    target: `${host}:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function openMetrics(past: Past): string {
  const lines = Object.entries(past).flatMap(([series, samples]) =>
    samples.map(([at, value]) => `${series} ${value} ${at}`),
  )
  return [...lines, '# EOF', ''].join('\n')
}

/** JSON is YAML. */
function configOf(targets: Readonly<Record<string, readonly string[]>>): string {
  return JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '2s' },
    rule_files: [rulesFile],
    scrape_configs: Object.entries(targets).map(([job, places]) => ({
      job_name: job,
      static_configs: [{ targets: places }],
    })),
  })
}

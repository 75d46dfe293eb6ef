// A Prometheus on this machine that sees the pods of the cluster, whatever network they are in: it asks the API server, that a pod in the
// namespace `monitoring`, and that the admin port, as the network policies allow. Whom it asks is in a file that is kept true.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { httpProgram } from '@sleepwell/deploy-local/monitoring/http-program'
import { freePort } from '@sleepwell/deploy-local/ports'
import { supervise, type Supervision } from '@sleepwell/deploy-local/supervise'
import { createPrometheus, type Prometheus } from '@sleepwell/deploy-release/prometheus'
import { type Cluster, namespace, type Pod } from './cluster.ts'

export interface Scraping extends Prometheus, AsyncDisposable {
  /** As the cluster reaches it. */
  readonly url: string
}

export interface ScrapingOptions {
  readonly host: string
  readonly scratch: string
  readonly supervision: Supervision
  readonly cluster: Cluster
  /** Path at the API server below which the pod in `monitoring` passes on what `metrics/ADDRESS` answers. */
  readonly through: string
}

/** Each look goes through the API server and a pod: what it costs is missing where the canary runs. */
const everySeconds = 10
const lookEveryMs = 2_000
/** What the checks of a canary tell releases apart by. */
const releaseLabel = 'rollouts-pod-template-hash'

export async function openScraping(options: ScrapingOptions): Promise<Scraping> {
  const { host, scratch, supervision, cluster, through } = options
  await using open = new AsyncDisposableStack()
  const directory = join(scratch, 'prometheus')
  mkdirSync(directory)
  const targets = join(directory, 'pods.json')
  const keepTrue = async () => {
    const pods = await cluster.list<Pod>(`/api/v1/namespaces/${namespace}/pods`)
    writeFileSync(`${targets}.new`, JSON.stringify(targetsOf(pods, cluster.api, through)))
    renameSync(`${targets}.new`, targets)
  }
  await keepTrue()
  const closed = new AbortController()
  const looking = (async () => {
    while (!closed.signal.aborted) {
      await sleep(lookEveryMs, undefined, { signal: closed.signal }).catch(() => {})
      // Of a cluster that does not answer for a moment the test hears elsewhere.
      await keepTrue().catch(() => {})
    }
  })()
  open.defer(async () => {
    closed.abort()
    await looking
  })

  const file = join(directory, 'prometheus.yml')
  const config = {
    global: { scrape_interval: `${everySeconds}s`, scrape_timeout: `${everySeconds}s` },
    scrape_configs: [{ job_name: 'pods', file_sd_configs: [{ files: [targets] }] }],
  }
  writeFileSync(file, JSON.stringify(config))
  const url = `http://${host}:${await freePort()}`
  const words = [
    'prometheus',
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=${new URL(url).host}`,
  ]
  const program = httpProgram({ name: 'Prometheus', words, readyUrl: `${url}/-/ready` })
  await open.use(supervise(program, supervision)).ready
  const running = open.move()
  return { url, ...createPrometheus(url), [Symbol.asyncDispose]: () => running.disposeAsync() }
}

interface Target {
  readonly targets: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/** Of all that serve, also while they go. */
export function targetsOf(pods: readonly Pod[], api: string, through: string): Target[] {
  return pods.flatMap(({ metadata, status }) => {
    const service = metadata.labels['app.kubernetes.io/name'] ?? ''
    if (status.phase !== 'Running' || status.podIP === undefined) return []
    if (!['redirect', 'link-write', 'analytics'].includes(service)) return []
    const release = metadata.labels[releaseLabel]
    return [
      {
        targets: [new URL(api).host],
        labels: {
          __metrics_path__: `${through}/metrics/${status.podIP}:9080`,
          instance: metadata.name,
          job: service,
          namespace: metadata.namespace,
          pod: metadata.name,
          ...(release !== undefined && { rollouts_pod_template_hash: release }),
        },
      },
    ]
  })
}

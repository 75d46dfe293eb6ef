// The cluster, as its administrator reaches it: kubectl for what people type, the API server for what is asked all the time.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Cluster extends AsyncDisposable {
  /** Resolves to what it prints; rejects with what it complains of. */
  readonly kubectl: (words: readonly string[], input?: string) => Promise<string>
  /** As people apply; anything that the API server warns of is an error. */
  readonly apply: (words: readonly string[], input?: string) => Promise<string>
  /** Where the API server can be asked without credentials, by this machine only. */
  readonly api: string
  /** Undefined if it is not there. */
  readonly get: <T>(path: string) => Promise<T | undefined>
  readonly list: <T>(path: string) => Promise<T[]>
}

// Only what is looked at here.
export interface Pod {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly labels: Readonly<Record<string, string>>
    readonly deletionTimestamp?: string
  }
  readonly spec: {
    readonly nodeName?: string
    readonly containers: readonly { readonly image: string }[]
  }
  readonly status: {
    readonly phase: string
    readonly podIP?: string
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    readonly containerStatuses?: readonly { readonly restartCount: number }[]
  }
}

export const namespace = 'sleepwell'
const patienceMs = 30_000

export async function openCluster(program: string, stop: AbortSignal): Promise<Cluster> {
  // What it says later, of requests that were given up, is of no use.
  const proxy = spawn(program, ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(proxy, 'exit')
  const [line = ''] = (await Promise.race([
    once(createInterface(proxy.stdout), 'line'),
    ended.then(() => []),
  ])) as string[]
  const address = /127\.0\.0\.1:\d+/u.exec(line)?.[0]
  if (address === undefined) throw new Error('kubectl does not reach a cluster by KUBECONFIG')
  const api = `http://${address}`
  const run = (words: readonly string[], input?: string) => runKubectl(program, words, stop, input)
  const get = async <T>(path: string): Promise<T | undefined> => {
    const answer = await fetch(`${api}${path}`, { signal: AbortSignal.timeout(patienceMs) })
    if (answer.status === 404) return undefined
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  return {
    kubectl: async (words, input) => (await run(words, input)).stdout,
    apply: async (words, input) => {
      const all = ['apply', '--server-side', '--validate=strict', ...words]
      const { stdout, stderr } = await run(all, input)
      if (/^Warning:/mu.test(stderr)) throw new Error(`kubectl ${all.join(' ')}: ${stderr}`)
      return stdout
    },
    api,
    get,
    list: async <T>(path: string) => (await get<{ items: T[] }>(path))?.items ?? [],
    [Symbol.asyncDispose]: async () => {
      proxy.kill()
      await ended
    },
  }
}

async function runKubectl(
  program: string,
  words: readonly string[],
  stop: AbortSignal,
  input?: string,
): Promise<Record<'stdout' | 'stderr', string>> {
  stop.throwIfAborted()
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] })
  const end = () => void child.kill()
  stop.addEventListener('abort', end)
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text))
  child.stdin.on('error', () => {}).end(input)
  const [status] = await once(child, 'close')
  stop.removeEventListener('abort', end)
  stop.throwIfAborted()
  if (status !== 0) throw new Error(`kubectl ${words.join(' ')}: ${said.stderr || said.stdout}`)
  return said
}

/** Pods of ours, those that go included. */
export async function podsOf(cluster: Cluster, name: string): Promise<Pod[]> {
  const query = `labelSelector=${encodeURIComponent(`app.kubernetes.io/name=${name}`)}`
  return await cluster.list<Pod>(`/api/v1/namespaces/${namespace}/pods?${query}`)
}

export function isReady({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp !== undefined) return false
  return status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false
}

/**
 * Waits for what must happen.
 *
 * @param minutes after which it has not
 */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  { stop, minutes = 5 }: { readonly stop: AbortSignal; readonly minutes?: number },
): Promise<void> {
  const limit = performance.now() + minutes * 60_000
  while (!(await isSo())) {
    if (performance.now() > limit) throw new Error(`not within ${minutes} minutes: ${what}`)
    await sleep(250, undefined, { signal: stop })
  }
}

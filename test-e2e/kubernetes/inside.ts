// Pods of the test: a visitor in a namespace like any other, a program in one that may call the APIs, and one through which
// Prometheus looks.
import { readFileSync } from 'node:fs'
import { type Cluster, isReady, type Pod, until } from './cluster.ts'
import type { Answer, Asked, Load, Seen } from './pod/client.ts'

export interface Client {
  /** Path at the API server below which it listens. */
  readonly path: string
  readonly ask: (asked: Asked) => Promise<Answer>
  /** Begins it, or goes on with it at another pace. */
  readonly load: (name: string, load: Load) => Promise<void>
  /** What became of the requests of a load, from that number on. */
  readonly seen: (name: string, from: number) => Promise<Seen[]>
}

interface Place {
  readonly namespace: string
  readonly name: string
  /** Of the namespace. */
  readonly labels?: Readonly<Record<string, string>>
}

export const visitorPlace: Place = { namespace: 'sleepwell-visitors', name: 'visitor' }
export const programPlace: Place = {
  namespace: 'sleepwell-programs',
  name: 'program',
  labels: { 'sleepwell/api-client': 'allowed' },
}
/** The network policies know it by its name. */
export const watcherPlace: Place = { namespace: 'monitoring', name: 'sleepwell-watcher' }

const source = readFileSync(new URL('pod/client.ts', import.meta.url), 'utf8')

/** @param node all three are on it */
export async function startClient(
  cluster: Cluster,
  place: Place,
  { image, node, stop }: { image: string; node: string; stop: AbortSignal },
): Promise<Client> {
  await cluster.apply(['-f', '-'], JSON.stringify(listOf(manifestsOf(place, image, node))))
  const pod = `/api/v1/namespaces/${place.namespace}/pods/${place.name}`
  await until(
    `${place.name} is ready`,
    async () => {
      const found = await cluster.get<Pod>(pod)
      return found !== undefined && isReady(found)
    },
    { stop },
  )
  const path = `${pod}:8080/proxy`
  const call = async <T>(rest: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${cluster.api}${path}${rest}`, {
      signal: AbortSignal.timeout(30_000),
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${place.name}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  return {
    path,
    ask: (asked) => call('/ask', asked),
    load: (name, load) => call(`/load/${name}`, load),
    seen: (name, from) => call(`/seen/${name}?from=${from}`),
  }
}

function manifestsOf({ namespace, name, labels }: Place, image: string, node: string) {
  const security = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  }
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, ...(labels && { labels }) },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace },
      data: { 'client.ts': source },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels: { 'app.kubernetes.io/name': name } },
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 1,
        nodeName: node,
        // On a full node the system's own pods may take the place of any other, and a pod without a controller does not come back.
        priorityClassName: 'system-cluster-critical',
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 10001,
          seccompProfile: { type: 'RuntimeDefault' },
        },
        containers: [
          {
            name,
            image,
            command: ['node', '/client/client.ts'],
            ports: [{ containerPort: 8080 }],
            resources: { requests: { cpu: '100m', memory: '64Mi' } },
            readinessProbe: { httpGet: { path: '/', port: 8080 }, timeoutSeconds: 5 },
            securityContext: security,
            volumeMounts: [{ name: 'client', mountPath: '/client', readOnly: true }],
          },
        ],
        volumes: [{ name: 'client', configMap: { name } }],
      },
    },
  ]
}

export function listOf(items: readonly object[]): object {
  return { apiVersion: 'v1', kind: 'List', items }
}

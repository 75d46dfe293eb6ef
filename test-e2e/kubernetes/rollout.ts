// What Argo Rollouts says of a release.
import { type Cluster, namespace } from './cluster.ts'

export interface Rollout {
  readonly metadata: { readonly generation: number }
  readonly spec: { readonly replicas?: number }
  readonly status?: {
    readonly observedGeneration?: string
    /** Of the Deployment that says what its pods are. */
    readonly workloadObservedGeneration?: string
    readonly phase?: string
    readonly message?: string
    readonly abort?: boolean
    /** Of the release that all pods have, and of the newest one. */
    readonly stableRS?: string
    readonly currentPodHash?: string
    readonly currentStepIndex?: number
    readonly conditions?: readonly { readonly type: string; readonly message?: string }[]
  }
}

export interface AnalysisRun {
  readonly metadata: {
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
    readonly creationTimestamp: string
  }
  readonly status?: {
    readonly phase?: string
    readonly metricResults?: readonly { readonly name: string; readonly phase: string }[]
  }
}

export const releaseLabel = 'rollouts-pod-template-hash'
const api = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}`

export async function rolloutOf(cluster: Cluster, name: string): Promise<Rollout> {
  const rollout = await cluster.get<Rollout>(`${api}/rollouts/${name}`)
  if (rollout === undefined) throw new Error(`there is no Rollout ${name}`)
  return rollout
}

export async function deploymentOf(
  cluster: Cluster,
  name: string,
): Promise<Pick<Rollout, 'metadata'>> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`
  const deployment = await cluster.get<Pick<Rollout, 'metadata'>>(path)
  if (deployment === undefined) throw new Error(`there is no Deployment ${name}`)
  return deployment
}

/** Of one release. */
export async function analysesOf(cluster: Cluster, hash: string): Promise<AnalysisRun[]> {
  const all = await cluster.list<AnalysisRun>(`${api}/analysisruns`)
  return all.filter(({ metadata }) => metadata.labels?.[releaseLabel] === hash)
}

/** Checks that it did not pass, of those that began since then: it may have been tried before. */
export async function failedChecks(cluster: Cluster, hash: string, since: Date): Promise<string[]> {
  const runs = await analysesOf(cluster, hash)
  const these = runs.filter(({ metadata }) => new Date(metadata.creationTimestamp) >= since)
  const failed = these.flatMap(({ status }) =>
    (status?.metricResults ?? []).filter(
      ({ phase }) => phase !== 'Successful' && phase !== 'Running',
    ),
  )
  return [...new Set(failed.map(({ name }) => name))]
}

export function isPromoted({ metadata, status }: Rollout, hash: string): boolean {
  return status?.phase === 'Healthy' && status.stableRS === hash && isObserved({ metadata, status })
}

/** Whether it speaks of what was applied last. */
export function isObserved({ metadata, status }: Pick<Rollout, 'metadata' | 'status'>): boolean {
  return status?.observedGeneration === String(metadata.generation)
}

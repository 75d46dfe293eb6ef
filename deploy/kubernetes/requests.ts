// What an overlay asks a cluster for.
import type { Manifest } from './kustomize.ts'
import { named, ofKind, podsOf, quantity } from './pods.ts'

export interface Requests {
  readonly pods: number
  readonly cores: number
  readonly gibibytes: number
}

/** By what asks; with as few pods as its autoscalers keep, and with as many as they may make. */
export function requestsOf(
  manifests: readonly Manifest[],
): Map<string, [least: Requests, most: Requests]> {
  const found = new Map<string, [Requests, Requests]>()
  for (const { kind, name, containers } of podsOf(manifests)) {
    if (kind !== 'Deployment' && kind !== 'StatefulSet') continue
    const [least, most] = replicasOf(manifests, kind, name)
    const each = containers.map(({ resources }) => resources.requests)
    found.set(name, [times(least, each), times(most, each)])
  }
  for (const { metadata, spec } of ofKind(manifests, 'Cluster')) {
    const asked = times(spec.instances, [spec.resources.requests])
    found.set(`Postgres ${metadata.name}`, [asked, asked])
  }
  for (const { metadata, spec } of ofKind(manifests, 'KafkaNodePool')) {
    const asked = times(spec.replicas, [spec.resources.requests])
    found.set(`Kafka ${metadata.name}`, [asked, asked])
  }
  return found
}

export function sum(all: readonly Requests[]): Requests {
  return all.reduce((a, b) => ({
    pods: a.pods + b.pods,
    cores: a.cores + b.cores,
    gibibytes: a.gibibytes + b.gibibytes,
  }))
}

function replicasOf(manifests: readonly Manifest[], kind: string, name: string): [number, number] {
  const scaled = ofKind(manifests, 'HorizontalPodAutoscaler').find(
    ({ spec }) => spec.scaleTargetRef.name === name,
  )
  if (scaled !== undefined) return [scaled.spec.minReplicas, scaled.spec.maxReplicas]
  const rollout = ofKind(manifests, 'Rollout').find(({ metadata }) => metadata.name === name)
  const { replicas } = (rollout ?? named(manifests, kind, name)).spec
  return [replicas, replicas]
}

function times(pods: number, containers: readonly Readonly<Record<string, string>>[]): Requests {
  const total = (what: string) =>
    containers.reduce((all, requests) => all + quantity(requests[what] ?? '0'), 0)
  return { pods, cores: pods * total('cpu'), gibibytes: (pods * total('memory')) / 2 ** 30 }
}

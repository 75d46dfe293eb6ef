// Numbers that stand in several places, and have to agree.
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { clicksTopicRetentionDays } from '@sleepwell/contracts/click'
import { connectionsOf, spare } from './connections.ts'
import { build, type Manifest, root } from './kustomize.ts'
import { named, ofKind, type Pods, podsOf, quantity, settingOf } from './pods.ts'

const overlays = readdirSync(`${root}k8s/overlays`)
const services = ['redirect', 'link-write', 'analytics'] as const
const source = (path: string) => readFileSync(`${root}${path}`, 'utf8')
/** Requests under way, of which none takes longer. */
const answersSeconds = 10

describe.each(overlays)('%s', (overlay) => {
  let manifests: Manifest[]
  let pods: Pods[]

  beforeAll(async () => {
    manifests = await build(`k8s/overlays/${overlay}`)
    pods = podsOf(manifests)
  })

  const find = (name: string) => {
    const of = pods.find((one) => one.name === name)
    const container = of?.containers[0]
    if (of === undefined || container === undefined) throw new Error(`no ${name}`)
    return { spec: of.spec, container }
  }
  const numberOf = (service: string, setting: string) =>
    Number(settingOf(manifests, find(service).container, setting) ?? Number.NaN)

  test.each(services)('%s has drained before it is killed', (service) => {
    const { spec, container } = find(service)
    const seconds =
      (container.lifecycle?.preStop.sleep.seconds ?? Number.NaN) +
      numberOf(service, 'DRAIN_DELAY_SECONDS') +
      answersSeconds +
      (service === 'redirect' ? numberOf(service, 'DRAIN_LIMIT_SECONDS') : 0)
    expect(seconds).toBeLessThan(spec.terminationGracePeriodSeconds)
    expect(container.lifecycle?.preStop.sleep.seconds).toBeGreaterThanOrEqual(5)
  })

  test('redirect waits out an outage of Kafka of an hour', () => {
    expect(find('redirect').spec.terminationGracePeriodSeconds).toBe(3600)
    expect(numberOf('redirect', 'DRAIN_LIMIT_SECONDS')).toBeGreaterThan(3500)
  })

  test('a spool that is full, and the snapshot beside it, are no reason to evict a pod', () => {
    const { spec, container } = find('redirect')
    const { emptyDir } = spec.volumes.find((one: { name: string }) => one.name === 'spool')
    const spool = numberOf('redirect', 'SPOOL_MAX_MB') * 2 ** 20
    expect(quantity(emptyDir.sizeLimit)).toBeGreaterThanOrEqual(spool + 256 * 2 ** 20)
    const { limits } = container.resources
    expect(quantity(limits['ephemeral-storage'] ?? '0')).toBeGreaterThanOrEqual(
      quantity(emptyDir.sizeLimit) + 256 * 2 ** 20,
    )
    // A medium of memory would count as the process's own.
    expect(Object.keys(emptyDir)).toEqual(['sizeLimit'])
  })

  test.each(services)('%s has memory for its heap, and what lies beside it', (service) => {
    const { container } = find(service)
    const options = settingOf(manifests, container, 'NODE_OPTIONS') ?? ''
    const heap = Number(/--max-old-space-size=(?<mb>\d+)/u.exec(options)?.groups?.mb) * 2 ** 20
    const cache = service === 'redirect' ? numberOf(service, 'CACHE_MAX_MB') * 2 ** 20 : 0
    const limit = quantity(container.resources.limits.memory ?? '0')
    expect(heap).toBeGreaterThan(limit / 4)
    expect(heap + cache).toBeLessThanOrEqual(limit * 0.75)
  })

  test.each(services)('%s is given no setting that it does not know', (service) => {
    const known = source(`services/${service}/src/config.ts`)
    const ofNode = ['NODE_OPTIONS', 'UV_THREADPOOL_SIZE']
    // One ConfigMap for all of them.
    const ofOthers = ['PUBLIC_URL', 'DOMAINS']
    const { env = [], envFrom = [] } = find(service).container
    const fromMaps = envFrom.flatMap(({ configMapRef }) =>
      Object.keys(named(manifests, 'ConfigMap', configMapRef.name).data),
    )
    const given = [...env.map(({ name }) => name.replace(/_FILE$/u, '')), ...fromMaps]
    const strange = given.filter(
      (name) =>
        ![...ofNode, ...ofOthers].includes(name) && !new RegExp(`\\b${name}\\b`, 'u').test(known),
    )
    expect(given.length).toBeGreaterThan(3)
    expect(strange.filter((name) => name !== 'CA_FILE')).toEqual([])
  })

  test('all processes at once have fewer connections than Postgres has', () => {
    const most = { links: spare, analytics: spare }
    for (const service of services) {
      const scaled = ofKind(manifests, 'HorizontalPodAutoscaler').find(
        ({ metadata }) => metadata.name === service,
      )
      const replicas =
        scaled?.spec.maxReplicas ?? named(manifests, 'Rollout', service).spec.replicas
      // Those that leave are still connected, and those that come already: a quarter more.
      const processes = Math.ceil(replicas * 1.25)
      const { links, linksReplica, analytics } = connectionsOf(service, replicaUrls)
      // The primary is one of the servers that a replica URL may lead to (`links-r`).
      most.links += processes * (links + (replicaUrls === 0 ? 0 : linksReplica))
      // Writes, and what a replica does not know, come from the other region as well.
      if (ofKind(manifests, 'Gslb').length > 0) most.links += processes * links
      most.analytics += processes * analytics
    }
    const limits = maxConnections()
    if (limits === undefined && overlay === 'external')
      expect(source('docs/kubernetes.md')).toContain(
        `up to ${most.links} connections to the links database and ${most.analytics} to the other one`,
      )
    if (limits === undefined) return
    if (limits.shared) expect(most.links + most.analytics).toBeLessThanOrEqual(limits.links)
    expect(most.links).toBeLessThanOrEqual(limits.links)
    expect(most.analytics).toBeLessThanOrEqual(limits.analytics)
  })

  /** As docs/kubernetes.md has them: `links-ro` and `links-r`. */
  const replicaUrls = overlay === 'quickstart' ? 0 : 2

  /** Undefined where Postgres is somebody else's. */
  function maxConnections() {
    const own = pods.find(({ name }) => name === 'postgres')
    if (own !== undefined) {
      const [, number] = /max_connections=(\d+)/u.exec(own.spec.containers[0].args.join(' ')) ?? []
      return { links: Number(number), analytics: Number(number), shared: true }
    }
    const clusters = ofKind(manifests, 'Cluster')
    if (clusters.length === 0) return undefined
    const of = (name: string) =>
      Number(named(manifests, 'Cluster', name).spec.postgresql.parameters.max_connections)
    return { links: of('links'), analytics: of('reports'), shared: false }
  }

  test('no more consumers than partitions, and clicks are kept as long as agreed', () => {
    const scaled = named(manifests, 'HorizontalPodAutoscaler', 'analytics')
    const topics = ofKind(manifests, 'KafkaTopic')
    for (const { metadata, spec } of topics) {
      expect(metadata.name).toBe('clicks.v1')
      expect(scaled.spec.maxReplicas).toBeLessThanOrEqual(spec.partitions)
      expect(spec.config['retention.ms']).toBe(clicksTopicRetentionDays * 86_400_000)
    }
    expect(topics.length).toBe(pods.some(({ name }) => name === 'create-topics') ? 0 : 1)
  })
})

test('the connections that are summed are those that the services open', () => {
  const links = source('services/redirect/src/links.ts')
  expect(links).toContain('replicas.length === 0 ? 2 : 1')
  expect(maximaIn(source('services/link-write/src/main.ts'))).toEqual([10])
  const analytics = source('services/analytics/src/main.ts')
  // Without one of its own a pool has six.
  expect(analytics).toContain('max = 6')
  expect(maximaIn(analytics)).toEqual([2, 2, 2, 4])
  expect([...analytics.matchAll(/openOwn\('/gu)].length).toBe(5)
})

function maximaIn(text: string): number[] {
  return [...text.matchAll(/\bmax: (?<number>\d+)/gu)].map(({ groups }) => Number(groups?.number))
}

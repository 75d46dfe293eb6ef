// Who may reach whom.
import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { build, type Manifest, root } from './kustomize.ts'
import { ofKind, type Pods, podsOf, type Selector, selects, settingOf } from './pods.ts'

const overlays = readdirSync(`${root}k8s/overlays`)
const internal = 'service.beta.kubernetes.io/aws-load-balancer-scheme'

describe.each(overlays)('%s', (overlay) => {
  let manifests: Manifest[]
  let pods: Pods[]
  let policies: Manifest[]

  beforeAll(async () => {
    manifests = await build(`k8s/overlays/${overlay}`)
    pods = podsOf(manifests)
    policies = ofKind(manifests, 'NetworkPolicy')
  })

  test('nothing is let in or out unless a policy says so', () => {
    const [denied] = policies.filter(({ metadata }) => metadata.name === 'default-deny')
    expect(denied?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
  })

  test('every pod that listens has a policy for who comes in, and every one that asks for where it goes', () => {
    const own = policies.filter(({ spec }) => Object.keys(spec.podSelector).length > 0)
    const hasOwn = ({ labels }: Pods, type: string) =>
      own.some(({ spec }) => spec.policyTypes.includes(type) && selects(spec.podSelector, labels))
    const asksNobody = ['postgres', 'kafka', 'valkey']
    for (const one of pods) {
      const listens = one.containers.some(({ ports }) => ports !== undefined)
      expect([one.name, 'in', hasOwn(one, 'Ingress')]).toEqual([one.name, 'in', listens])
      expect([one.name, 'out', hasOwn(one, 'Egress')]).toEqual([
        one.name,
        'out',
        !asksNobody.includes(one.name),
      ])
    }
  })

  test('only redirect lets everybody in', () => {
    const fromAnywhere = policies.filter(({ spec }) =>
      (spec.ingress ?? []).some((rule: { from?: readonly object[] }) => rule.from === undefined),
    )
    expect(fromAnywhere.map(({ metadata }) => metadata.name)).toEqual(['redirect'])
  })

  test('only redirect has an address that the internet can reach', () => {
    const open = ofKind(manifests, 'Service').filter(
      ({ spec, metadata }) =>
        ['LoadBalancer', 'NodePort'].includes(spec.type) &&
        metadata.annotations?.[internal] !== 'internal',
    )
    const routes = ofKind(manifests, 'HTTPRoute').filter(({ spec }) =>
      spec.parentRefs.some(({ name }: { name: string }) => name === 'public'),
    )
    const led = routes.flatMap(({ spec }) =>
      spec.rules.flatMap(({ backendRefs = [] }) =>
        (backendRefs as { name: string }[]).map(({ name }) => name),
      ),
    )
    const reached = [...open.map(({ metadata }) => metadata.name), ...led]
    expect(reached.length).toBeGreaterThan(0)
    expect(reached.filter((name) => !/^redirect(-stable|-canary)?$/u.test(name))).toEqual([])
  })

  test('what operators open for the other region is internal as well', () => {
    const postgres = ofKind(manifests, 'Cluster').flatMap(
      ({ spec }) => spec.managed.services?.additional ?? [],
    )
    for (const { serviceTemplate } of postgres)
      expect(serviceTemplate.metadata.annotations[internal]).toBe('internal')
    const listeners = ofKind(manifests, 'Kafka').flatMap(({ spec }) => spec.kafka.listeners)
    for (const { type, configuration } of listeners) {
      if (type === 'internal') continue
      const { bootstrap, brokers } = configuration
      for (const { annotations } of [bootstrap, ...brokers])
        expect(annotations[internal]).toBe('internal')
    }
  })

  test('whoever may go to a pod of ours is let in there, and whoever is let in may go', () => {
    const out = roads(pods, policies, 'egress')
    const into = roads(pods, policies, 'ingress')
    const cached = pods.some(({ name }) => name === 'valkey')
    expect(out.includes('redirect valkey')).toBe(cached)
    // Everybody is let in at redirect's public port, and needs no mention.
    const mentioned = (road: string) => into.includes(road) || !road.endsWith(' redirect')
    expect(out.filter(mentioned)).toEqual(into)
  })

  test('the dashboard has a Prometheus, or asks every pod of each service', () => {
    const [own] = pods.filter(({ name }) => name === 'dashboard').flatMap((one) => one.containers)
    if (own === undefined) throw new Error('There is no dashboard.')
    const asked = settingOf(manifests, own, 'ADMIN_URLS') ?? ''
    if (asked === '') {
      expect(settingOf(manifests, own, 'PROMETHEUS_URL')).toMatch(/^http:/u)
      return
    }
    const names = asked
      .split(',')
      .map((one) => /^([a-z-]+)=http:\/\/\1-admin:9080$/u.exec(one)?.[1])
    expect(names).toEqual(['redirect', 'link-write', 'analytics', 'dashboard'])
    for (const name of names) {
      const [found] = ofKind(manifests, 'Service').filter(
        ({ metadata }) => metadata.name === `${name}-admin`,
      )
      expect(found?.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true })
      const behind = pods.filter(({ labels }) =>
        selects({ matchLabels: found?.spec.selector }, labels),
      )
      expect(behind.map((one) => one.name)).toEqual([name])
      const [admin] = behind[0]?.containers[0]?.ports?.filter((port) => port.name === 'admin') ?? []
      expect(admin?.containerPort).toBe(9080)
    }
  })
})

/** `a b`: a policy of a (egress) or of b (ingress) names both. */
function roads(
  pods: readonly Pods[],
  policies: readonly Manifest[],
  way: 'ingress' | 'egress',
): string[] {
  const found = policies.flatMap(({ spec }) => {
    const own = pods.filter(({ labels }) => selects(spec.podSelector, labels))
    const peers = (spec[way] ?? []).flatMap(
      (rule: { from?: Peer[]; to?: Peer[] }) => rule.from ?? rule.to ?? [],
    )
    return peers.flatMap(({ podSelector, namespaceSelector }: Peer) => {
      if (podSelector === undefined || namespaceSelector !== undefined) return []
      const others = pods.filter(({ labels }) => selects(podSelector, labels))
      return own.flatMap((one) =>
        others.map((other) =>
          way === 'egress' ? `${one.name} ${other.name}` : `${other.name} ${one.name}`,
        ),
      )
    })
  })
  return [...new Set(found)].sort((a, b) => (a < b ? -1 : 1))
}

interface Peer {
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
}

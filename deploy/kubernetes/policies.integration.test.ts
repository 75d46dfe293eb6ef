// What every pod of ours keeps to, in every overlay.
import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { build, type Manifest, root } from './kustomize.ts'
import { type Container, isService, ofKind, type Pods, podsOf, quantity, selects } from './pods.ts'

const overlays = readdirSync(`${root}k8s/overlays`)
const services = ['redirect', 'link-write', 'analytics', 'dashboard']

describe.each(overlays)('%s', (overlay) => {
  let manifests: Manifest[]
  let pods: Pods[]
  /** Each container that breaks a rule, by name. */
  let breaking: (rule: (container: Container, of: Pods) => boolean) => string[]

  beforeAll(async () => {
    manifests = await build(`k8s/overlays/${overlay}`)
    pods = podsOf(manifests)
    breaking = (rule) =>
      pods.flatMap((of) =>
        of.containers
          .filter((container) => !rule(container, of))
          .map((container) => `${of.kind} ${of.name}: ${container.name}`),
      )
  })

  test('all services are there', () => {
    expect(pods.map(({ name }) => name)).toEqual(expect.arrayContaining(services))
  })

  test('an image has a version, and not the latest', () => {
    expect(breaking(({ image }) => /^[\w./-]+:v?\d+\.\d+[\w.-]*$/u.test(image))).toEqual([])
  })

  test('a container asks for what it needs, and has no more memory than it asks for', () => {
    expect(
      breaking(
        ({ resources: { requests, limits } }) =>
          requests.cpu !== undefined && requests.memory === limits.memory,
      ),
    ).toEqual([])
  })

  test('redirect is never stopped for using a processor', () => {
    expect(
      breaking(
        ({ resources }, { name }) => name !== 'redirect' || resources.limits.cpu === undefined,
      ),
    ).toEqual([])
  })

  test('nobody is root, gains rights, or writes to its own image', () => {
    const writesBesideItsPrograms = ['kafka']
    expect(
      breaking(({ securityContext: own = {} }, { name, spec: { securityContext: pod } }) => {
        const { capabilities, allowPrivilegeEscalation, readOnlyRootFilesystem } = own
        return (
          pod.runAsNonRoot === true &&
          pod.runAsUser > 0 &&
          pod.seccompProfile.type === 'RuntimeDefault' &&
          allowPrivilegeEscalation === false &&
          JSON.stringify(capabilities) === '{"drop":["ALL"]}' &&
          (readOnlyRootFilesystem === true || writesBesideItsPrograms.includes(name))
        )
      }),
    ).toEqual([])
  })

  test('the namespace refuses whatever would be less', () => {
    const [namespace] = ofKind(manifests, 'Namespace')
    expect(namespace?.metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    })
  })

  test('whatever listens says whether it lives and whether it is ready', () => {
    expect(
      breaking(
        ({ ports, livenessProbe, readinessProbe }, of) =>
          !isService(of) || ports === undefined || !!(livenessProbe && readinessProbe),
      ),
    ).toEqual([])
  })

  test('our services are asked about themselves only, on the port that visitors do not have', () => {
    expect(
      breaking(({ startupProbe, livenessProbe, readinessProbe }, { name }) => {
        if (!services.includes(name)) return true
        const asked = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet)
        return (
          asked.every((one) => one?.port === 'admin') &&
          asked.map((one) => one?.path).join(' ') === '/livez /livez /readyz'
        )
      }),
    ).toEqual([])
  })

  test('a process that hangs is killed within a minute, however long one may take to ship its spool', () => {
    expect(
      breaking(({ startupProbe, livenessProbe }, { name, spec }) => {
        if (!services.includes(name)) return true
        return [startupProbe, livenessProbe].every(
          (probe) =>
            (probe?.terminationGracePeriodSeconds ?? spec.terminationGracePeriodSeconds) <= 60,
        )
      }),
    ).toEqual([])
  })

  test('nobody speaks to the cluster, but for what makes the secrets', () => {
    const speaking = pods.filter(({ spec }) => spec.automountServiceAccountToken !== false)
    expect(speaking.map(({ name }) => name)).toEqual(
      overlay === 'quickstart' ? ['make-secrets'] : [],
    )
  })

  test('a name of a Service never becomes a setting', () => {
    expect(pods.filter(({ spec }) => spec.enableServiceLinks !== false)).toEqual([])
  })

  test('replicas keep apart, and a lost node keeps none of them waiting', () => {
    for (const { name, spec } of pods.filter((one) => services.includes(one.name))) {
      const keys = spec.topologySpreadConstraints.map(
        (one: { topologyKey: string }) => one.topologyKey,
      )
      expect([name, ...keys]).toEqual([
        name,
        'topology.kubernetes.io/zone',
        'kubernetes.io/hostname',
      ])
      for (const one of spec.topologySpreadConstraints) expect(one.nodeTaintsPolicy).toBe('Honor')
    }
  })

  test('whatever selects pods finds some, and a port that they have', () => {
    const led = ofKind(manifests, 'Rollout').flatMap(({ spec }) => {
      const { canaryService, stableService } = spec.strategy.canary
      return [canaryService, stableService]
    })
    for (const { metadata, spec } of ofKind(manifests, 'Service')) {
      if (spec.type === 'ExternalName') continue
      if (led.includes(metadata.name)) {
        // Argo Rollouts owns it: the API server refuses an apply that says otherwise.
        expect([metadata.name, spec.selector]).toEqual([metadata.name, undefined])
        continue
      }
      expect([metadata.name, spec.selector]).toEqual([metadata.name, expect.any(Object)])
      const found = pods.filter(({ labels }) => selects({ matchLabels: spec.selector }, labels))
      const ports = found.flatMap(({ containers }) => containers.flatMap((one) => one.ports ?? []))
      for (const { targetPort } of spec.ports)
        expect([metadata.name, ports.map(({ name }) => name)]).toEqual([
          metadata.name,
          expect.arrayContaining([targetPort]),
        ])
    }
    for (const { metadata, spec } of ofKind(manifests, 'PodDisruptionBudget'))
      expect([
        metadata.name,
        pods.filter(({ labels }) => selects(spec.selector, labels)).length,
      ]).toEqual([metadata.name, 1])
  })

  test('every number of replicas has one owner', () => {
    const scaled = ofKind(manifests, 'HorizontalPodAutoscaler').map(
      ({ spec }) => spec.scaleTargetRef,
    )
    for (const { kind, name } of scaled) {
      const target = manifests.find((one) => one.kind === kind && one.metadata.name === name)
      expect([name, target?.kind, target?.spec.replicas]).toEqual([name, kind, undefined])
    }
  })

  test('a release of redirect takes no pod away before there is another', () => {
    const redirect = manifests.find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'redirect',
    )
    expect(redirect?.spec.strategy.rollingUpdate.maxUnavailable).toBe(0)
  })

  test('a limit is never below what is asked for', () => {
    expect(
      breaking(({ resources: { requests, limits } }) =>
        Object.entries(limits).every(
          ([what, most]) => quantity(most) >= quantity(requests[what] ?? '0'),
        ),
      ),
    ).toEqual([])
  })
})

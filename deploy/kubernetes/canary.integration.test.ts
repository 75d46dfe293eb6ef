// A release reaches one pod and a hundredth of the visitors, until it is judged.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { canary } from '@sleepwell/contracts/slo'
import { build, type Manifest } from './kustomize.ts'
import { named, ofKind, podsOf, selects } from './pods.ts'

const overlays = ['external-canary', 'us-east-1', 'eu-west-1']
const services = ['redirect', 'link-write']

interface Step {
  readonly setWeight?: number
  readonly setCanaryScale?: { readonly replicas?: number; readonly matchTrafficWeight?: boolean }
  readonly analysis?: Analysis
}

interface Analysis {
  readonly templates: readonly { readonly templateName: string }[]
  readonly args: readonly { readonly name: string }[]
  readonly startingStep?: number
}

describe.each(overlays)('%s', (overlay) => {
  let manifests: Manifest[]
  const strategyOf = (service: string) => named(manifests, 'Rollout', service).spec.strategy.canary
  const stepsOf = (service: string): Step[] => strategyOf(service).steps

  beforeAll(async () => {
    manifests = await build(`k8s/overlays/${overlay}`)
  })

  test.each(services)(
    '%s: one pod and 1 %, for as long as it is watched, then the verdict',
    (service) => {
      const steps = stepsOf(service)
      const weighted = strategyOf(service).trafficRouting !== undefined
      const start = weighted ? [{ setCanaryScale: { replicas: 1 } }] : []
      expect(steps.slice(0, start.length + 1)).toEqual([
        ...start,
        { setWeight: canary.share * 100 },
      ])
      const [watch, verdict] = steps.slice(start.length + 1).map(({ analysis }) => analysis)
      expect(watch?.templates).toEqual([{ templateName: `${service}-canary-slow` }])
      for (const { count, interval } of named(
        manifests,
        'AnalysisTemplate',
        `${service}-canary-slow`,
      ).spec.metrics)
        expect([count, interval, canary.watched]).toEqual([10, '30s', '5m'])
      expect(verdict?.templates).toEqual([{ templateName: `${service}-canary` }])
      // Whatever is looked at on the way begins when there are visitors, not before.
      expect(strategyOf(service).analysis.startingStep).toBe(start.length + 1)
    },
  )

  test.each(services)('%s: nothing follows the verdict but everything', (service) => {
    const steps = stepsOf(service)
    const after = steps.slice(steps.findLastIndex(({ analysis }) => analysis !== undefined) + 1)
    // Without the first of the two, all of the traffic would go to the one pod.
    const all = [{ setCanaryScale: { matchTrafficWeight: true } }, { setWeight: 100 }]
    expect(after).toEqual(strategyOf(service).trafficRouting === undefined ? [] : all)
  })

  test('without a router, one pod of redirect is a hundredth', () => {
    const { spec } = named(manifests, 'Rollout', 'redirect')
    if (spec.strategy.canary.trafficRouting !== undefined) return
    // Argo Rollouts takes the whole number of pods that is nearest to the weight.
    expect(Math.round(spec.replicas * canary.share)).toBe(1)
    expect(1 / spec.replicas).toBeLessThanOrEqual(canary.share)
    expect(
      ofKind(manifests, 'HorizontalPodAutoscaler').map(({ metadata }) => metadata.name),
    ).not.toContain('redirect')
  })

  test.each(services)(
    '%s: with a router, the route has both weights, and begins at none',
    (service) => {
      const { trafficRouting, canaryService, stableService } = strategyOf(service)
      if (trafficRouting === undefined) return
      const { httpRoute, namespace, ...rest } = trafficRouting.plugins['argoproj-labs/gatewayAPI']
      expect(rest).toEqual({})
      const route = named(manifests, 'HTTPRoute', httpRoute)
      expect(namespace).toBe(route.metadata.namespace)
      expect(route.spec.rules).toEqual([
        {
          backendRefs: [
            { name: stableService, port: 80, weight: 100 },
            { name: canaryService, port: 80, weight: 0 },
          ],
        },
      ])
    },
  )

  test.each(services)(
    '%s: what cannot start, and what has no patience, is taken back',
    (service) => {
      const { spec } = named(manifests, 'Rollout', service)
      expect(spec.progressDeadlineAbort).toBe(true)
      expect(spec.progressDeadlineSeconds).toBeGreaterThan(spec.minReadySeconds)
      const { maxUnavailable, dynamicStableScale, abortScaleDownDelaySeconds, trafficRouting } =
        spec.strategy.canary
      // The stable ones stay until the end, so that going back needs none to be started.
      expect([maxUnavailable, dynamicStableScale]).toEqual([0, undefined])
      if (trafficRouting !== undefined)
        expect(abortScaleDownDelaySeconds).toBeGreaterThanOrEqual(60)
    },
  )

  test.each(services)('%s: the pattern of its pods runs none by itself', (service) => {
    const { workloadRef } = named(manifests, 'Rollout', service).spec
    const deployment = named(manifests, workloadRef.kind, workloadRef.name)
    expect(deployment.spec.replicas).toBe(0)
    for (const { spec } of ofKind(manifests, 'HorizontalPodAutoscaler'))
      if (spec.scaleTargetRef.name === service) expect(spec.scaleTargetRef.kind).toBe('Rollout')
  })

  test.each(services)('%s: what judges it is told all that it asks', (service) => {
    const { analysis, steps } = strategyOf(service)
    const judges: Analysis[] = [analysis, ...steps.flatMap((step: Step) => step.analysis ?? [])]
    expect(judges.length).toBe(3)
    for (const { templates, args } of judges)
      for (const { templateName } of templates) {
        const asked = named(manifests, 'AnalysisTemplate', templateName).spec.args
        const open = asked.filter((one: { value?: string }) => one.value === undefined)
        expect(args.map(({ name }) => name)).toEqual(open.map(({ name }: { name: string }) => name))
      }
  })

  test.each(services)('%s: enough is asked of it to be judged, and no more', (service) => {
    const floor = podsOf(manifests).find(({ name }) => name === `${service}-floor`)
    const env = floor?.containers[0]?.env ?? []
    const settings = Object.fromEntries(env.map(({ name, value }) => [name, value]))
    const url = new URL(settings.VISIT_URL ?? '')
    expect(url.hostname).toBe(strategyOf(service).canaryService)
    expect(canary.watched).toBe('5m')
    const visits = 300_000 / Number(settings.VISIT_EVERY_MS)
    expect(visits).toBeGreaterThanOrEqual(canary.leastRequests * 1.1)
    expect(visits).toBeLessThanOrEqual(canary.leastRequests * 1.25)
  })

  test('Prometheus can tell the pods of a release from the others, and which service they are of', () => {
    for (const { spec } of ofKind(manifests, 'PodMonitor')) {
      expect(spec.jobLabel).toBe('app.kubernetes.io/name')
      const scraped = podsOf(manifests).filter(({ labels }) => selects(spec.selector, labels))
      expect(scraped.length).toBeGreaterThan(0)
      for (const { containers } of scraped)
        for (const { port } of spec.podMetricsEndpoints)
          expect(containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name))).toContain(
            port,
          )
      if (scraped.some(({ name }) => services.includes(name)))
        expect(spec.podTargetLabels).toContain('rollouts-pod-template-hash')
    }
  })
})

// An overlay of ours on one of the repository, as anybody makes one who applies it somewhere: images, addresses, sizes.
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { namespace } from './cluster.ts'

export const services = ['redirect', 'link-write', 'analytics', 'dashboard'] as const
export type Service = (typeof services)[number]

export interface Overlay {
  readonly base: 'external' | 'external-canary'
  /** Tag of each image. */
  readonly releases: Readonly<Record<Service, string>>
  /** Pods of redirect; with a canary only. */
  readonly redirectPods?: number
  /** Whether somebody visits the canary, however few visitors come; with a canary only. */
  readonly floor?: boolean
}

export interface Place {
  readonly scratch: string
  /** What the names of all images begin with. */
  readonly images: string
  /** Where the engines are. */
  readonly host: string
  readonly prometheus: string
}

interface Patch {
  readonly target: { readonly kind: string; readonly name?: string }
  readonly patch: string
}

const overlays = fileURLToPath(new URL('../../k8s/overlays/', import.meta.url))

/** @returns the folder of a kustomization */
export function writeOverlay(overlay: Overlay, place: Place): string {
  const folder = mkdtempSync(join(realpathSync(place.scratch), 'overlay-'))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'to-engines.yaml'), JSON.stringify(toEngines(place.host)))
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace,
    resources: [relative(folder, realpathSync(join(overlays, overlay.base))), 'to-engines.yaml'],
    images: services.map((service) => ({
      name: `ghcr.io/sleepwell/${service}`,
      newName: `${place.images}${service}`,
      newTag: overlay.releases[service],
    })),
    configMapGenerator: [{ name: 'redirect-settings', namespace, behavior: 'merge', literals }],
    patches: [
      ...smallOf(overlay),
      ...(overlay.base === 'external-canary' ? canaryOf(overlay, place) : []),
    ],
  }
  writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization))
  return folder
}

/** Many pods share a machine with their visitors: whom a busy one turns away says nothing of a release. */
const literals = ['SHEDDING=off', 'LINKS_TIMEOUT_MS=3000']

/** A cluster for tests has not the room of one for visitors: only what is asked for is less, no limit is. */
function smallOf({ redirectPods = 0 }: Overlay): Patch[] {
  const redirect = redirectPods > 20 ? 20 : 50
  const cpu = { redirect, 'link-write': 100, analytics: 100, dashboard: 50 }
  return services.map((service) => ({
    target: { kind: 'Deployment', name: service },
    patch: replace('/spec/template/spec/containers/0/resources/requests', {
      cpu: `${cpu[service]}m`,
      memory: '64Mi',
      ...(service === 'redirect' && { 'ephemeral-storage': '10Mi' }),
    }),
  }))
}

function canaryOf({ redirectPods = 20, floor = true }: Overlay, { prometheus }: Place): Patch[] {
  return [
    {
      target: { kind: 'AnalysisTemplate' },
      patch: replace('/spec/args/0/value', prometheus),
    },
    {
      target: { kind: 'Rollout', name: 'redirect' },
      patch: replace('/spec/replicas', redirectPods),
    },
    ...['redirect-floor', 'link-write-floor'].map((name) => ({
      target: { kind: 'Deployment', name },
      patch: replace('/spec/replicas', floor ? 1 : 0),
    })),
  ]
}

function replace(path: string, value: unknown): string {
  return JSON.stringify([{ op: 'replace', path, value }])
}

/** Their ports are not those of the overlay. */
function toEngines(host: string) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'to-engines' },
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'sleepwell' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: `${host}/32` } }] }],
    },
  }
}

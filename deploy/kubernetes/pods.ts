import type { Manifest } from './kustomize.ts'

// Only what is looked at here.
export interface Container {
  readonly name: string
  readonly image: string
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[]
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
  readonly resources: Record<'requests' | 'limits', Readonly<Record<string, string>>>
  readonly securityContext?: Readonly<Record<string, unknown>>
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } }
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly startupProbe?: Probe
}

export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string }
  readonly terminationGracePeriodSeconds?: number
}

/** A pattern of pods, whatever makes them. Those that operators make are not among them. */
export interface Pods {
  readonly kind: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  // oxlint-disable-next-line typescript/no-explicit-any -- a schema has looked at it
  readonly spec: any
  readonly containers: readonly Container[]
}

export function podsOf(manifests: readonly Manifest[]): Pods[] {
  return manifests.flatMap(({ kind, metadata, spec }) => {
    const template = kind === 'CronJob' ? spec.jobTemplate.spec.template : spec?.template
    if (template?.spec?.containers === undefined) return []
    return [
      {
        kind,
        name: metadata.name,
        labels: template.metadata.labels,
        spec: template.spec,
        containers: template.spec.containers,
      },
    ]
  })
}

/** Pods that go on, rather than end. */
export function isService({ kind }: Pick<Pods, 'kind'>): boolean {
  return kind === 'Deployment' || kind === 'StatefulSet'
}

/** A value of its environment, wherever that comes from. */
export function settingOf(
  manifests: readonly Manifest[],
  { env = [], envFrom = [] }: Container,
  name: string,
): string | undefined {
  const own = env.find((one) => one.name === name)?.value
  if (own !== undefined) return own
  const given = envFrom.map(({ configMapRef }) => named(manifests, 'ConfigMap', configMapRef.name))
  return given.findLast((one) => one.data?.[name] !== undefined)?.data[name]
}

export function named(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name)
  if (found === undefined) throw new Error(`no ${kind} ${name}`)
  return found
}

export function ofKind(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((one) => one.kind === kind)
}

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

export function selects(
  { matchLabels = {}, matchExpressions = [] }: Selector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const equal = Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
  return (
    equal &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key]
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value)
        case 'Exists':
          return value !== undefined
        default:
          throw new Error(`${operator} is not understood here`)
      }
    })
  )
}

const units: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

/** Of cores, or of bytes. */
export function quantity(text: string | number): number {
  const { number = '', unit = '' } =
    /^(?<number>[\d.]+)(?<unit>[a-zA-Z]*)$/u.exec(String(text))?.groups ?? {}
  const factor = units[unit]
  if (number === '' || factor === undefined) throw new Error(`${text} is no quantity`)
  return Number(number) * factor
}

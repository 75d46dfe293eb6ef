// How a release is judged in a cluster, for Argo Rollouts: by the same checks as on plain hosts. Pods of a release have a hash in
// common, which the PodMonitor keeps as a label.
import { canary } from '@sleepwell/contracts/slo'
import { stringify } from 'yaml'
import { millisecondsOf } from './duration.ts'
import { generatedNote } from './rule-file.ts'
import { type CanaryCheck, canaryThresholds } from './thresholds.ts'

/** Where a Prometheus of the Prometheus Operator answers; an overlay may say otherwise. */
const usualPrometheus = 'http://prometheus-operated.monitoring.svc:9090'

const among = (hash: string) =>
  `namespace="{{args.namespace}}",rollouts_pod_template_hash="{{args.${hash}}}"`
const scope = {
  canary: among('canary-hash'),
  stable: among('stable-hash'),
  window: canary.watched,
}

/**
 * For each service one that decides, once; and two that end what is plainly bad: one looks on from the beginning until all pods are new,
 * the other one, which sees what is slow, until the verdict.
 */
export function analysisTemplates(): string {
  const documents = canaryThresholds(scope).flatMap(
    ({ service, look, watched, badLooks, checks }) => {
      const bounded = checks.filter(({ most }) => most !== undefined)
      const looks = (check: CanaryCheck) => ({ ...early(check, look), failureLimit: badLooks - 1 })
      const count = millisecondsOf(watched) / millisecondsOf(look)
      return [
        template(`${service}-canary`, checks.map(verdict)),
        template(
          `${service}-canary-early`,
          bounded.filter(({ untilVerdict }) => untilVerdict !== true).map(looks),
        ),
        template(
          `${service}-canary-slow`,
          bounded
            .filter(({ untilVerdict }) => untilVerdict === true)
            .map((check) => ({ ...looks(check), count })),
        ),
      ]
    },
  )
  const options = { lineWidth: 0, aliasDuplicateObjects: false }
  return `# ${generatedNote}\n${documents.map((one) => stringify(one, options)).join('---\n')}`
}

function template(name: string, metrics: readonly object[]) {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name },
    spec: {
      args: [
        { name: 'prometheus', value: usualPrometheus },
        { name: 'namespace' },
        { name: 'canary-hash' },
        { name: 'stable-hash' },
      ],
      metrics,
    },
  }
}

/** What nobody can show to be good is not good: no number fails too. */
function verdict({ name, query, least, most }: CanaryCheck) {
  const bounds = [
    ...(least === undefined ? [] : [`result[0] >= ${least}`]),
    ...(most === undefined ? [] : [`result[0] <= ${most}`]),
  ]
  return {
    name,
    successCondition: ['len(result) > 0', ...bounds].join(' && '),
    provider: prometheus(query),
  }
}

/** A new pod is not in Prometheus at once: until then there is nothing to say. */
function early({ name, query, early = query, most }: CanaryCheck, look: string) {
  return {
    name,
    initialDelay: look,
    interval: look,
    successCondition: `len(result) == 0 || result[0] <= ${most}`,
    provider: prometheus(early),
  }
}

function prometheus(query: string) {
  return { prometheus: { address: '{{args.prometheus}}', query } }
}

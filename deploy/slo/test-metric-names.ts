import type { Metric } from '@sleepwell/contracts/metric'
import { metrics } from '@sleepwell/contracts/metrics'
import { alertGroups, sloGroups } from './rules.ts'

interface Selector {
  readonly name: string
  /** Of its matchers. */
  readonly labels: readonly string[]
}

const declared: Readonly<Record<string, Metric>> = metrics
/** Of other programs. */
const foreign = /^(up|ALERTS|(probe|redis|pg|prometheus|alertmanager)_\w+)$/u
const words = /^(and|or|unless|offset|bool|by|without|on|ignoring|group_left|group_right|Inf|NaN)$/u
const ofTargets = ['job', 'instance']

/** Every series that a query reads. */
export function selectorsIn(promql: string): Selector[] {
  const bare = promql
    .replaceAll(/"(?:[^"\\]|\\.)*"/gu, '""')
    .replaceAll(/\[[^\]]*\]/gu, '')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gu, '')
  return [...bare.matchAll(/(?<![\w:.])([a-z_:][\w:]*)(?![\w:]|\s*\()(?:\{([^}]*)\})?/giu)]
    .map(([, name = '', matchers = '']) => ({
      name,
      labels: [...matchers.matchAll(/(\w+)\s*(?:=|!)/gu)].map(([, label = '']) => label),
    }))
    .filter(({ name }) => !words.test(name))
}

/** What a query reads that nobody reports; a sentence each. */
export function unreportedIn(promql: string): string[] {
  return selectorsIn(promql).flatMap(({ name, labels }) => {
    if (foreign.test(name) || recorded().has(name)) return []
    const [, base = '', part] = /^(\w+?)(_bucket|_count|_sum)?$/u.exec(name) ?? []
    const metric = declared[name] ?? (declared[base]?.kind === 'histogram' && declared[base])
    if (!metric) return [`nobody reports ${name}`]
    const known = [...metric.attributes, ...ofTargets, ...(part === '_bucket' ? ['le'] : [])]
    return labels
      .filter((label) => !known.includes(label))
      .map((label) => `${name} has no label ${label}`)
  })
}

function recorded(): Set<string> {
  const rules = [...alertGroups(), ...sloGroups()].flatMap((group) => group.rules)
  return new Set(rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])))
}

// The text in which a process tells its numbers, as far as our own processes write it.
import { type Sample, readNumber } from './prometheus.ts'

export type Metrics = ReadonlyMap<string, readonly Sample[]>

export function readMetrics(text: string): Metrics {
  const found = new Map<string, Sample[]>()
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/u.exec(line) ?? []
    if (name === undefined || value === undefined) continue
    const samples = found.get(name) ?? []
    samples.push({ labels: readLabels(labels), value: readNumber(value) })
    found.set(name, samples)
  }
  return found
}

function readLabels(text: string): Record<string, string> {
  const pairs = text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/gu)
  return Object.fromEntries(
    [...pairs].map(([, name = '', value = '']) => [name, value.replaceAll(/\\(.)/gu, unescape)]),
  )
}

const unescape = (_: string, escaped: string) => (escaped === 'n' ? '\n' : escaped)

/** By Prometheus' matchers, without braces: `outcome=~"a|b"`. */
export function createMatch(matchers: string): (sample: Sample) => boolean {
  const tests = [...matchers.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/gu)].map(
    ([, label = '', operator = '', text = '']) => {
      const pattern = new RegExp(`^(?:${text})$`, 'u')
      return ({ labels }: Sample) => {
        const value = labels[label] ?? ''
        const matches = operator.endsWith('~') ? pattern.test(value) : value === text
        return operator.startsWith('!') ? !matches : matches
      }
    },
  )
  return (sample) => tests.every((test) => test(sample))
}

export function sumOf(metrics: Metrics, name: string, matchers = ''): number {
  const matches = createMatch(matchers)
  return (metrics.get(name) ?? []).filter(matches).reduce((sum, { value }) => sum + value, 0)
}

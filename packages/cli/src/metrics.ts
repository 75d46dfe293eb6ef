export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export type Samples = ReadonlyMap<string, readonly Sample[]>

/** Prometheus' text format, as far as gauges and counters go. */
export function readMetrics(text: string): Samples {
  const samples = new Map<string, Sample[]>()
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = /^([a-z_:]\w*)(?:\{(.*)\})? (\S+)/iu.exec(line) ?? []
    if (name === undefined || value === undefined) continue
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/gu)].map(
      ([, key = '', text = '']) => [key, text] as const,
    )
    const list = samples.get(name) ?? []
    list.push({ labels: Object.fromEntries(pairs), value: Number(value) })
    samples.set(name, list)
  }
  return samples
}

export interface Metric {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  /** Prometheus' base units; the name already ends in it, as the exporter adds none. */
  readonly unit: 's' | 'By' | '1'
  readonly description: string
  /** Attribute names; at most two, each of few values. */
  readonly attributes: readonly string[]
  /** Upper bounds, for a histogram; they contain the thresholds of the SLOs it serves. */
  readonly buckets?: readonly number[]
}

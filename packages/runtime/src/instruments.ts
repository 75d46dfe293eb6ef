import { metrics as api, type Attributes, type Counter, type Histogram } from '@opentelemetry/api'
import {
  bindCounter,
  bindHistogram,
  type BoundCounter,
  type BoundHistogram,
} from './bound-instruments.ts'

interface Declared {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly unit: string
  readonly description: string
  readonly attributes: readonly string[]
  readonly buckets?: readonly number[]
}

type Kind<Table, K> = {
  [Name in keyof Table]: Table[Name] extends { kind: K } ? Name : never
}[keyof Table] &
  string

type Values<Entry> = Entry extends { attributes: readonly (infer Name extends string)[] }
  ? Record<Name, string>
  : never

export interface Instruments<Table> {
  counter<Name extends Kind<Table, 'counter'>>(
    name: Name,
  ): Counter<Values<Table[Name]> & Attributes>
  histogram<Name extends Kind<Table, 'histogram'>>(
    name: Name,
  ): Histogram<Values<Table[Name]> & Attributes>
  /** One series of a counter, at 0 from now on. */
  boundCounter<Name extends Kind<Table, 'counter'>>(
    name: Name,
    attributes: Values<Table[Name]>,
  ): BoundCounter
  /** One that has no attributes. */
  boundHistogram(name: Kind<Table, 'histogram'>): BoundHistogram
  /** A counter that somebody else counts: `read` is asked for the sum at each scrape. */
  total(name: Kind<Table, 'counter'>, read: () => number): void
  /** `read` is asked at each scrape; undefined: there is nothing to say yet. */
  gauge(name: Kind<Table, 'gauge'>, read: () => number | undefined): void
  /** One that has attributes: a number for each of their values. */
  gauges<Name extends Kind<Table, 'gauge'>>(
    name: Name,
    read: () => readonly (readonly [attributes: Values<Table[Name]>, value: number])[],
  ): void
}

/** Makes instruments from a table of declarations, so that no name, unit or bucket is written twice. */
export function createInstruments<Table extends Record<string, Declared>>(
  service: string,
  declared: Table,
): Instruments<Table> {
  const meter = api.getMeter(service)
  const declarationOf = (name: string): Declared => {
    const entry = declared[name]
    if (entry === undefined) throw new Error(`metric ${name} is not declared`)
    return entry
  }
  const described = (name: string) => {
    const { unit, description } = declarationOf(name)
    return { service, name, unit, description }
  }
  const optionsOf = (name: string) => {
    const { unit, description, buckets } = declarationOf(name)
    if (buckets === undefined) return { unit, description }
    return { unit, description, advice: { explicitBucketBoundaries: [...buckets] } }
  }
  return {
    counter: (name) => {
      const counter = meter.createCounter(name, optionsOf(name))
      // A rate needs a value before the first event; with attributes only its owner knows which.
      if (declared[name]?.attributes.length === 0) counter.add(0)
      return counter
    },
    histogram: (name) => meter.createHistogram(name, optionsOf(name)),
    boundCounter: (name, attributes) => bindCounter(described(name), attributes),
    boundHistogram: (name) => bindHistogram(described(name), declarationOf(name).buckets ?? []),
    total: (name, read) => {
      meter
        .createObservableCounter(name, optionsOf(name))
        .addCallback((result) => result.observe(read()))
    },
    gauge: (name, read) => {
      meter.createObservableGauge(name, optionsOf(name)).addCallback((result) => {
        const value = read()
        if (value !== undefined) result.observe(value)
      })
    },
    gauges: (name, read) => {
      meter.createObservableGauge(name, optionsOf(name)).addCallback((result) => {
        for (const [attributes, value] of read()) result.observe(value, attributes)
      })
    },
  }
}

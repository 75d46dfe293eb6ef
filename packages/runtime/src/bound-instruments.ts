// Counters and histograms for a hot path. The SDK looks the attributes of every event up (0.5 us, and some garbage); a
// bound instrument is one series, an event one addition, and the exporter asks for the sum.
import { type HrTime, ValueType } from '@opentelemetry/api'
import { emptyResource } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics'

/** One series of a counter. */
export interface BoundCounter {
  readonly add: (count: number) => void
}

/** One series of a histogram. */
export interface BoundHistogram {
  readonly record: (value: number) => void
}

export interface Description {
  readonly service: string
  readonly name: string
  readonly unit: string
  readonly description: string
}

type Attributes = Readonly<Record<string, string>>

const families = new Map<string, { readonly service: string; readonly read: () => MetricData }>()
const counters = new Map<string, [Attributes, read: () => number][]>()
const startTime = now()

export function bindCounter(described: Description, attributes: Attributes): BoundCounter {
  let total = 0
  const series = counters.get(described.name) ?? []
  series.push([attributes, () => total])
  counters.set(described.name, series)
  families.set(described.name, {
    service: described.service,
    read: () => ({
      ...common(described),
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints: series.map(([of, read]) => point(of, read())),
    }),
  })
  return {
    add: (count) => {
      total += count
    },
  }
}

/** @param boundaries upper bounds of the buckets, ascending; one more holds what is above all of them */
export function bindHistogram(
  described: Description,
  boundaries: readonly number[],
): BoundHistogram {
  const counts = Array.from({ length: boundaries.length + 1 }, () => 0)
  let sum = 0
  families.set(described.name, {
    service: described.service,
    read: () => {
      const count = counts.reduce((all, each) => all + each, 0)
      const buckets = { boundaries: [...boundaries], counts: [...counts] }
      return {
        ...common(described),
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: [point({}, { buckets, sum, count })],
      }
    },
  })
  return {
    record: (value) => {
      let bucket = 0
      while (value > (boundaries[bucket] ?? Infinity)) bucket++
      counts[bucket] = (counts[bucket] ?? 0) + 1
      sum += value
    },
  }
}

/** For the exporter, beside the SDK's own instruments. */
export const boundInstruments: MetricProducer = {
  collect: async () => ({
    resourceMetrics: {
      resource: emptyResource(),
      scopeMetrics: [...families.values()].map(({ service, read }) => ({
        scope: { name: service },
        metrics: [read()],
      })),
    },
    errors: [],
  }),
}

function common({ name, unit, description }: Description) {
  return {
    descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  }
}

function point<Value>(attributes: Attributes, value: Value) {
  return { attributes, startTime, endTime: now(), value }
}

function now(): HrTime {
  const ms = Date.now()
  return [Math.floor(ms / 1000), (ms % 1000) * 1e6]
}

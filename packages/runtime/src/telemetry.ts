// Loaded by `node --import`, before anything else, so that every meter a service asks for is a real one.
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { NodeSDK } from '@opentelemetry/sdk-node'

/** Served by admin.ts; it listens nowhere itself. */
export const exporter = new PrometheusExporter({ preventServerStart: true })

const sdk = new NodeSDK({
  metricReaders: [exporter],
  // Auto-instrumentation costs a redirect two thirds of its throughput; our instruments are made by hand.
  instrumentations: [],
})
sdk.start()

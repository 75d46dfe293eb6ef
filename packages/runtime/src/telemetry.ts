// Loaded by `node --import`, before anything else, so that every meter a service asks for is a real one.
import './first-process.ts'
import { basename } from 'node:path'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { boundInstruments } from './bound-instruments.ts'

/** Served by admin.ts; it listens nowhere itself. */
export const exporter = new PrometheusExporter({
  preventServerStart: true,
  metricProducers: [boundInstruments],
})

const sdk = new NodeSDK({
  // A service is started in its own folder.
  serviceName: process.env.OTEL_SERVICE_NAME ?? basename(process.cwd()),
  metricReaders: [exporter],
  // Auto-instrumentation costs a redirect two thirds of its throughput; our instruments are made by hand.
  instrumentations: [],
  // By default these two would be sent to whatever listens on port 4318.
  spanProcessors: [],
  logRecordProcessors: [],
})
sdk.start()

import { openKafkaClickLog } from '@sleepwell/click-log/kafka-click-log'
import { pino } from 'pino'

export interface DirectPublisher extends AsyncDisposable {
  readonly publish: (records: readonly Uint8Array[]) => Promise<void>
}

/** Publishes without a spool: what is refused is gone. */
export function openDirectPublisher(url: string): DirectPublisher {
  const log = openKafkaClickLog({ url, log: pino({ level: 'silent' }) })
  return { publish: log.publish, [Symbol.asyncDispose]: () => log[Symbol.asyncDispose]() }
}

import { createClient } from '@sleepwell/client/client'
import type { Ledger } from '@sleepwell/contracts/ledger'
import { every } from '@sleepwell/runtime/every'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import type { Config } from './config.ts'
import { measureByPrometheus } from './measure-by-prometheus.ts'
import { measureByServices } from './measure-by-services.ts'
import { createAsk } from './prometheus.ts'
import { readReliability } from './read-reliability.ts'
import { readDrills, readReleases } from './records.ts'
import type { Measured, Reliability } from './reliability.ts'
import { createWatch } from './watch-services.ts'

export interface OpenReliability extends AsyncDisposable {
  readonly read: (apiKey: string) => Promise<Reliability>
}

type Settings = Pick<
  Config,
  'PROMETHEUS_URL' | 'ADMIN_URLS' | 'REPORTS_API_URL' | 'DRILLS_DIR' | 'RELEASES_DIR'
>

const lookMs = 15_000
const ledgerMs = 5_000

/** By Prometheus where there is one, else by the services themselves, until disposed. */
export function openReliability(config: Settings, log: Logger): OpenReliability {
  const { PROMETHEUS_URL, ADMIN_URLS, REPORTS_API_URL, DRILLS_DIR, RELEASES_DIR } = config
  const { source, measure, close } = openSource(PROMETHEUS_URL, ADMIN_URLS, log)
  const deps = {
    source,
    measure,
    readLedger: (apiKey: string) => readLedger(REPORTS_API_URL, apiKey),
    readReleases: () => readReleases(RELEASES_DIR),
    readDrills: () => readDrills(DRILLS_DIR),
    now: Date.now,
  }
  return {
    read: (apiKey) => readReliability(deps, apiKey),
    [Symbol.asyncDispose]: close,
  }
}

function openSource(prometheus: string | undefined, urls: Config['ADMIN_URLS'], log: Logger) {
  if (prometheus !== undefined) {
    const ask = createAsk(new URL(prometheus).origin, fetch)
    const measure = async (): Promise<Measured | string> => {
      try {
        return await measureByPrometheus(ask)
      } catch (error) {
        log.warn(errorFields(error), 'Prometheus cannot be asked')
        return 'Prometheus does not answer: nothing that is measured is known.'
      }
    }
    return { source: 'prometheus' as const, measure, close: async () => {} }
  }
  if (urls.length === 0) {
    const measure = async () =>
      'Neither a Prometheus (PROMETHEUS_URL) nor the services (ADMIN_URLS) can be asked: nothing that is measured is known.'
    return { source: 'nothing' as const, measure, close: async () => {} }
  }
  const watch = createWatch(urls, { fetch, now: () => performance.now() })
  const looking = every(lookMs, watch.look, (error) =>
    log.warn(errorFields(error), 'the services cannot be asked'),
  )
  return {
    source: 'services' as const,
    measure: async () => measureByServices(watch.watched()),
    close: () => looking[Symbol.asyncDispose](),
  }
}

async function readLedger(reports: string, apiKey: string): Promise<Ledger | string> {
  const client = createClient({ reports, apiKey, retries: 0, timeoutMs: ledgerMs })
  try {
    return await client.readLedger()
  } catch (error) {
    return Object(error).code === 'forbidden'
      ? 'The ledger: this API key may not read it; it takes the scope admin.'
      : 'The ledger: analytics does not tell it just now.'
  }
}

import { createClient } from '@sleepwell/client/client'
import type { Ledger } from '@sleepwell/contracts/ledger'
import type { Logger } from '@sleepwell/runtime/log'
import type { Config } from './config.ts'
import { type MeasuredBy, openMeasuring } from './open-measuring.ts'
import { readReliability } from './read-reliability.ts'
import { readDrills, readReleases } from './records.ts'
import type { Reliability } from './reliability.ts'

export interface OpenReliability extends AsyncDisposable {
  readonly read: (apiKey: string) => Promise<Reliability>
}

type Settings = MeasuredBy & Pick<Config, 'REPORTS_API_URL' | 'DRILLS_DIR' | 'RELEASES_DIR'>

const ledgerMs = 5_000

/** Until disposed. */
export function openReliability(config: Settings, log: Logger): OpenReliability {
  const { REPORTS_API_URL, DRILLS_DIR, RELEASES_DIR } = config
  const measuring = openMeasuring(config, log)
  const deps = {
    measure: measuring.measure,
    readLedger: (apiKey: string) => readLedger(REPORTS_API_URL, apiKey),
    readReleases: () => readReleases(RELEASES_DIR),
    readDrills: () => readDrills(DRILLS_DIR),
    now: Date.now,
  }
  return {
    read: (apiKey) => readReliability(deps, apiKey),
    [Symbol.asyncDispose]: () => measuring[Symbol.asyncDispose](),
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

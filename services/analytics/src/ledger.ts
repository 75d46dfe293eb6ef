// The books of the click path: of every number that a redirect process gave out, what became of it.
import type { Ledger, LedgerAccounts, LedgerSpool } from '@sleepwell/contracts/ledger'
import type { BookedSpool, Books } from './ledger-table.ts'
import { settleSeconds } from './spool-table.ts'

/** Spools shown one by one. */
const maxSpools = 1000

export function createLedger(findBooks: (settleSeconds: number) => Promise<Books>) {
  return async (): Promise<Ledger> => {
    const { asOf, dataThrough, spools } = await findBooks(settleSeconds)
    const shown = spools.slice(0, maxSpools).map(showSpool)
    return {
      asOf: asOf.toISOString(),
      dataThrough: dataThrough?.toISOString() ?? null,
      settleSeconds,
      totals: sum(spools),
      spools: shown,
      spoolsOmitted: spools.length - shown.length,
    }
  }
}

function showSpool(spool: BookedSpool): LedgerSpool {
  return {
    spool: spool.spool,
    firstAt: spool.firstAt.toISOString(),
    heardAt: spool.heardAt.toISOString(),
    closed: spool.closed,
    ...sum([spool]),
    missing: spool.missing,
  }
}

function sum(spools: readonly BookedSpool[]): LedgerAccounts {
  const total = (account: Exclude<keyof LedgerAccounts, 'inFlight'>) =>
    spools.reduce((so, spool) => so + spool[account], 0)
  const served = total('served')
  const counted = total('counted')
  const deadLettered = total('deadLettered')
  const dropped = total('dropped')
  const lost = total('lost')
  return {
    served,
    counted,
    inFlight: served - counted - deadLettered - dropped - lost,
    deadLettered,
    dropped,
    lost,
    difference: total('difference'),
    duplicates: total('duplicates'),
  }
}

import type { Ledger } from '@sleepwell/contracts/ledger'
import { every } from '@sleepwell/runtime/every'

export interface WatchedLedger extends AsyncDisposable {
  /** Undefined until it was read for the first time. */
  readonly last: () => { readonly ledger: Ledger; readonly ageSeconds: number } | undefined
}

const readEveryMs = 10_000

/** Reads the ledger again and again, so that a scrape asks no database. */
export function watchLedger(
  readLedger: () => Promise<Ledger>,
  failed: (error: unknown) => void,
): WatchedLedger {
  let last: { readonly ledger: Ledger; readonly readAt: number } | undefined
  const reading = every(
    readEveryMs,
    async () => {
      last = { ledger: await readLedger(), readAt: performance.now() }
    },
    failed,
  )
  return {
    last: () =>
      last && { ledger: last.ledger, ageSeconds: (performance.now() - last.readAt) / 1000 },
    [Symbol.asyncDispose]: () => reading[Symbol.asyncDispose](),
  }
}

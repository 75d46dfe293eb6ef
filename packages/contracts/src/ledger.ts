import { z } from 'zod'

const Count = z.int().min(0)

/**
 * What became of numbers that were given out: `served = counted + inFlight + deadLettered + dropped + lost`. Each number
 * is in exactly one of them.
 */
export const LedgerAccounts = z.object({
  /** Answered, as far as heard: the highest number of each spool. */
  served: Count,
  /** In the reports, or counted apart from them: orphan clicks and clicks on the probe link. */
  counted: Count,
  inFlight: Count,
  /** Set aside as records that cannot be counted, with their reason. */
  deadLettered: Count,
  /** Known not to have been kept: a disk that was full, hung or damaged. */
  dropped: Count,
  /** Never arrived from a spool that has ended or is silent for a day: a lower bound. Back in flight if it ships after all. */
  lost: Count,
  /** Of `inFlight` and `lost`, those that were on the click log long ago: clicks vanished, unless consumers are behind. */
  difference: Count,
  /** Beside the accounts: times that a number already counted was delivered again, and ignored. */
  duplicates: Count,
})
export type LedgerAccounts = z.infer<typeof LedgerAccounts>

/** Numbers of a spool, both included. */
const Range = z.object({ from: z.int(), to: z.int() })

export const LedgerSpool = LedgerAccounts.extend({
  /** One life of one redirect process. */
  spool: z.uuid(),
  firstAt: z.iso.datetime(),
  heardAt: z.iso.datetime(),
  closed: z.boolean(),
  /** The first hundred ranges of `difference` and `lost`. */
  missing: z.array(Range),
})
export type LedgerSpool = z.infer<typeof LedgerSpool>

/** `GET /v1/ledger`. */
export const Ledger = z.object({
  asOf: z.iso.datetime(),
  /** As in reports. */
  dataThrough: z.iso.datetime().nullable(),
  /** How long a number must have been on the click log before it may be missing. */
  settleSeconds: z.int(),
  totals: LedgerAccounts,
  /** Those with a difference or a loss first, then the latest. */
  spools: z.array(LedgerSpool),
  /** Spools that are in the totals but not listed. */
  spoolsOmitted: Count,
})
export type Ledger = z.infer<typeof Ledger>

import { z } from 'zod'

const Count = z.int().min(0)

export const LedgerAccounts = z
  .object({
    served: Count.describe('Answered, as far as heard: the highest number of each spool'),
    counted: Count.describe(
      'In the reports, or counted apart from them: orphan clicks and clicks on the probe link',
    ),
    inFlight: Count,
    deadLettered: Count.describe('Set aside as records that cannot be counted, with their reason'),
    dropped: Count.describe('Known not to have been kept: a disk that was full, hung or damaged'),
    lost: Count.describe(
      'Never arrived from a spool that has ended or is silent for a day: a lower bound. Back in flight if it ships after all',
    ),
    difference: Count.describe(
      'Of `inFlight` and `lost`, those that were on the click log long ago: clicks vanished, unless consumers are behind',
    ),
    duplicates: Count.describe(
      'Beside the accounts: times that a number already counted was delivered again, and ignored',
    ),
  })
  .describe(
    'What became of numbers that were given out: `served = counted + inFlight + deadLettered + dropped + lost`. Each number is in exactly one of them',
  )
export type LedgerAccounts = z.infer<typeof LedgerAccounts>

/** Numbers of a spool, both included. */
const Range = z.object({ from: z.int(), to: z.int() })

export const LedgerSpool = LedgerAccounts.extend({
  spool: z.uuid().describe('One life of one redirect process'),
  firstAt: z.iso.datetime(),
  heardAt: z.iso.datetime(),
  closed: z.boolean(),
  missing: z.array(Range).describe('The first hundred ranges of `difference` and `lost`'),
})
export type LedgerSpool = z.infer<typeof LedgerSpool>

const exampleAccounts = {
  served: 120,
  counted: 118,
  inFlight: 2,
  deadLettered: 0,
  dropped: 0,
  lost: 0,
  difference: 0,
  duplicates: 0,
}

/** `GET /v1/ledger`. */
export const Ledger = z
  .object({
    asOf: z.iso.datetime(),
    dataThrough: z.iso.datetime().nullable().describe('As in reports'),
    settleSeconds: z
      .int()
      .describe('How long a number must have been on the click log before it may be missing'),
    totals: LedgerAccounts,
    spools: z
      .array(LedgerSpool)
      .describe('Those with a difference or a loss first, then the latest'),
    spoolsOmitted: Count.describe('Spools that are in the totals but not listed'),
  })
  .meta({
    examples: [
      {
        asOf: '2026-03-08T12:00:00.000Z',
        dataThrough: '2026-03-08T11:59:58.000Z',
        settleSeconds: 600,
        totals: exampleAccounts,
        spools: [
          {
            ...exampleAccounts,
            spool: '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e12',
            firstAt: '2026-03-01T09:00:00.000Z',
            heardAt: '2026-03-08T11:59:59.500Z',
            closed: false,
            missing: [],
          },
        ],
        spoolsOmitted: 0,
      },
    ],
  })
export type Ledger = z.infer<typeof Ledger>

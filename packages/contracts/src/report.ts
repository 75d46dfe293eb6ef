import { z } from 'zod'

export const reportGroups = [
  'total',
  'hour',
  'day',
  'country',
  'referrer',
  'device',
  'browser',
  'os',
  'link',
] as const
export type ReportGroup = (typeof reportGroups)[number]

/** Clicks counted: `total` is human + bot; `unique` is the first human click of each link, UTC day and visitor. */
export const ClickCounts = z.object({
  total: z.int(),
  human: z.int(),
  bot: z.int(),
  unique: z.int(),
})
export type ClickCounts = z.infer<typeof ClickCounts>

/** `GET /v1/reports/clicks`. */
export const ClickReport = z.object({
  /** Every click answered up to then is in the numbers; null while no redirect process has been heard of. */
  dataThrough: z.iso.datetime().nullable(),
  policyVersion: z.int(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  timezone: z.string(),
  groupBy: z.enum(reportGroups),
  totals: ClickCounts,
  /** `key`: an hour or day as it begins in `timezone` (ISO 8601 with offset), or a value of the dimension. */
  rows: z.array(ClickCounts.extend({ key: z.string() })),
})
export type ClickReport = z.infer<typeof ClickReport>

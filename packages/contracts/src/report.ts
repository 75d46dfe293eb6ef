import { z } from 'zod'
import { utmParameters } from './click.ts'

/** What clicks can be told apart by and filtered by. */
export const reportDimensions = [
  'country',
  'referrer',
  'device',
  'browser',
  'os',
  ...utmParameters.map((name) => `utm_${name}` as const),
] as const
export type ReportDimension = (typeof reportDimensions)[number]

export const reportGroups = [
  'total',
  'hour',
  'day',
  'weekday_hour',
  'link',
  ...reportDimensions,
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
  /**
   * Every click answered up to then is in the numbers; `to` when all of the range is. Null while no redirect process has
   * been heard of.
   */
  dataThrough: z.iso.datetime().nullable(),
  policyVersion: z.int(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  timezone: z.string(),
  groupBy: z.enum(reportGroups),
  /** Only clicks with all of these values were counted. */
  filter: z.partialRecord(z.enum(reportDimensions), z.string()).optional(),
  totals: ClickCounts,
  /**
   * `key`: an hour or day as it begins in `timezone` (ISO 8601 with offset), an ISO weekday and an hour there such as
   * `1-13`, or a value of the dimension; `none` for a click without that UTM parameter.
   */
  rows: z.array(ClickCounts.extend({ key: z.string() })),
  /** Of the values beyond the ten thousand with the most clicks, which have no row; absent if there are none. */
  others: ClickCounts.optional(),
})
export type ClickReport = z.infer<typeof ClickReport>

/** `GET /v1/reports/orphans`: slugs that people tried and no link had. */
export const OrphanReport = z.object({
  dataThrough: z.iso.datetime().nullable(),
  /** Whole days, UTC. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  totals: ClickCounts.omit({ unique: true }),
  /** The thousand with the most clicks. */
  rows: z.array(
    ClickCounts.omit({ unique: true }).extend({
      /** As links have it; `@` is the default domain. */
      domain: z.string(),
      /** Empty: all slugs beyond those that are told apart in one day. */
      slug: z.string(),
      lastAt: z.iso.datetime(),
    }),
  ),
})
export type OrphanReport = z.infer<typeof OrphanReport>

/** The data of an event `clicks` of `GET /v1/live`: what came into the reports since the event before. */
export const LiveClicks = z.object({
  at: z.iso.datetime(),
  /** As in reports: clicks answered later may still come. */
  dataThrough: z.iso.datetime().nullable(),
  totals: ClickCounts.omit({ unique: true }),
  /** Those with the most clicks. */
  links: z.array(ClickCounts.omit({ unique: true }).extend({ linkId: z.uuid() })),
  /** Links that are in the totals but not listed. */
  linksOmitted: z.int(),
})
export type LiveClicks = z.infer<typeof LiveClicks>

/** The data of an event `gap` of `GET /v1/live`: clicks before it may not have been told. A report has them. */
export const LiveGap = z.object({
  at: z.iso.datetime(),
  reason: z.enum(['position_unknown', 'position_too_old', 'database_changed']),
})
export type LiveGap = z.infer<typeof LiveGap>

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

export const ClickCounts = z
  .object({
    total: z.int().describe('human + bot'),
    human: z.int(),
    bot: z.int(),
    unique: z.int().describe('The first human click of each link, UTC day and visitor'),
  })
  .describe('Clicks counted')
export type ClickCounts = z.infer<typeof ClickCounts>

const dataThrough = z.iso
  .datetime()
  .nullable()
  .describe(
    'Every click answered up to then is in the numbers; the end of the range when all of it is. Null while no redirect process has been heard of',
  )

/** `GET /v1/reports/clicks`. */
export const ClickReport = z
  .object({
    dataThrough,
    policyVersion: z.int().describe('Of the counting policy'),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    timezone: z.string(),
    groupBy: z.enum(reportGroups),
    filter: z
      .partialRecord(z.enum(reportDimensions), z.string())
      .optional()
      .describe('Only clicks with all of these values were counted'),
    totals: ClickCounts,
    rows: z.array(
      ClickCounts.extend({
        key: z
          .string()
          .describe(
            'An hour or day as it begins in `timezone` (ISO 8601 with offset), an ISO weekday and an hour there such as `1-13`, or a value of the dimension; `none` for a click without that UTM parameter',
          ),
      }),
    ),
    others: ClickCounts.optional().describe(
      'Of the values beyond the ten thousand with the most clicks, which have no row; absent if there are none',
    ),
  })
  .meta({
    examples: [
      {
        dataThrough: '2026-03-08T11:59:58.000Z',
        policyVersion: 2,
        from: '2026-03-01T00:00:00.000Z',
        to: '2026-03-08T00:00:00.000Z',
        timezone: 'UTC',
        groupBy: 'country',
        totals: { total: 120, human: 100, bot: 20, unique: 80 },
        rows: [
          { key: 'DE', total: 90, human: 80, bot: 10, unique: 62 },
          { key: 'unknown', total: 30, human: 20, bot: 10, unique: 18 },
        ],
      },
    ],
  })
export type ClickReport = z.infer<typeof ClickReport>

/** `GET /v1/reports/orphans`: slugs that people tried and no link had. */
export const OrphanReport = z
  .object({
    dataThrough,
    from: z.iso.datetime().describe('The beginning of a day, UTC'),
    to: z.iso.datetime(),
    totals: ClickCounts.omit({ unique: true }),
    days: z
      .array(
        ClickCounts.omit({ unique: true }).extend({
          day: z.iso.date().describe('In UTC'),
        }),
      )
      .describe('Every day of the range'),
    rows: z
      .array(
        ClickCounts.omit({ unique: true }).extend({
          domain: z.string().describe('As links have it; `@` is the default domain'),
          slug: z.string().describe('Empty: all slugs beyond those that are told apart in one day'),
          lastAt: z.iso.datetime(),
        }),
      )
      .describe('The thousand with the most clicks'),
  })
  .meta({
    examples: [
      {
        dataThrough: '2026-03-08T11:59:58.000Z',
        from: '2026-03-07T00:00:00.000Z',
        to: '2026-03-09T00:00:00.000Z',
        totals: { total: 3, human: 2, bot: 1 },
        days: [
          { day: '2026-03-07', total: 3, human: 2, bot: 1 },
          { day: '2026-03-08', total: 0, human: 0, bot: 0 },
        ],
        rows: [
          {
            total: 3,
            human: 2,
            bot: 1,
            domain: '@',
            slug: 'sprung-sale',
            lastAt: '2026-03-07T18:12:44.120Z',
          },
        ],
      },
    ],
  })
export type OrphanReport = z.infer<typeof OrphanReport>

export const LiveClicks = z
  .object({
    at: z.iso.datetime(),
    dataThrough,
    totals: ClickCounts.omit({ unique: true }),
    links: z
      .array(ClickCounts.omit({ unique: true }).extend({ linkId: z.uuid() }))
      .describe('Those with the most clicks'),
    linksOmitted: z.int().describe('Links that are in the totals but not listed'),
  })
  .describe('The data of an event `clicks`: what came into the reports since the event before')
export type LiveClicks = z.infer<typeof LiveClicks>

export const LiveGap = z
  .object({
    at: z.iso.datetime(),
    reason: z.enum(['position_unknown', 'position_too_old', 'database_changed']),
  })
  .describe(
    'The data of an event `gap`: clicks before it may not have been told. A report has them',
  )
export type LiveGap = z.infer<typeof LiveGap>

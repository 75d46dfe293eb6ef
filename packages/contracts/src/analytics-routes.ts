import { z } from 'zod'
import { OwnKey } from './key.ts'
import { Ledger } from './ledger.ts'
import {
  ClickReport,
  LiveClicks,
  LiveGap,
  OrphanReport,
  reportDimensions,
  reportGroups,
} from './report.ts'
import { ReportSettings } from './report-settings.ts'
import type { Routes } from './route.ts'

/** Which range is taken depends on the route. */
const range = {
  from: z
    .string()
    .optional()
    .describe('ISO 8601 with offset, seconds may be left out; seven days before `to` if absent'),
  to: z
    .string()
    .optional()
    .describe('As `from`, and not in it: the range ends before this; now if absent'),
}
const linkId = z.string().optional().describe('Of this link only').meta({ format: 'uuid' })
/** No value of a click is longer. */
const maxValue = 253
const FilterValue = z
  .string()
  .regex(/^[^\u0000]*$/u, 'must be text')
  .min(1)
  .max(maxValue)
  .optional()
const filters = Object.fromEntries(
  reportDimensions.map((dimension) => [
    `filter[${dimension}]`,
    FilterValue.describe(`Only clicks with this value of ${dimension}`),
  ]),
) as Record<`filter[${(typeof reportDimensions)[number]}]`, typeof FilterValue>

const OrphanDomain = z
  .string()
  .regex(/^[\x21-\x7e]{1,253}$/u, 'must be a host, or @ for the default domain')
  .optional()
  .describe('Of this domain only: a host, or `@` for the default one')

export const ReportParameters = z.strictObject({
  linkId,
  groupBy: z.enum(reportGroups).default('total').describe('What each row is of'),
  ...range,
  timezone: z
    .string()
    .default('UTC')
    .describe('IANA time zone in which hours, days and weekdays begin'),
  ...filters,
})
export const ExportParameters = z.strictObject({ linkId, ...range })
export const OrphanParameters = z.strictObject({ ...range, domain: OrphanDomain })
export const LiveParameters = z.strictObject({ linkId })

const reportFaults = [
  'link_not_found',
  'range_invalid',
  'range_too_wide',
  'timezone_unknown',
] as const
const csv = {
  schema: z.string(),
  mediaType: 'text/csv',
  headers: ['Content-Disposition', 'Data-Through'],
} as const

/** What analytics serves. */
export const analyticsRoutes = {
  reportClicks: {
    method: 'GET',
    path: '/v1/reports/clicks',
    summary: 'Count clicks',
    scope: 'reports:read',
    query: ReportParameters,
    headers: ['If-None-Match'],
    answers: {
      200: { description: 'The report', schema: ClickReport, headers: ['ETag'] },
      304: { description: 'It is as you have it', headers: ['ETag'] },
    },
    problems: reportFaults,
  },
  reportClicksAsCsv: {
    method: 'GET',
    path: '/v1/reports/clicks.csv',
    summary: 'Count clicks, as CSV',
    scope: 'reports:read',
    query: ReportParameters,
    answers: { 200: { description: 'The rows of the report', ...csv } },
    problems: reportFaults,
  },
  reportOrphans: {
    method: 'GET',
    path: '/v1/reports/orphans',
    summary: 'Count visits of slugs that no link has',
    scope: 'reports:read',
    query: OrphanParameters,
    headers: ['If-None-Match'],
    answers: {
      200: { description: 'The report', schema: OrphanReport, headers: ['ETag'] },
      304: { description: 'It is as you have it', headers: ['ETag'] },
    },
    problems: ['range_invalid'],
  },
  exportClicks: {
    method: 'GET',
    path: '/v1/clicks.csv',
    summary: 'Export clicks one by one, as CSV',
    scope: 'reports:read',
    query: ExportParameters,
    answers: { 200: { description: 'A row for each click', ...csv } },
    problems: ['link_not_found', 'range_invalid', 'range_too_wide'],
  },
  followLive: {
    method: 'GET',
    path: '/v1/live',
    summary: 'Follow clicks as they are counted, as server-sent events `clicks` and `gap`',
    scope: 'reports:read',
    query: LiveParameters,
    headers: ['Last-Event-ID'],
    answers: {
      200: {
        description: 'Events until either side ends it',
        schema: z.union([LiveClicks, LiveGap]),
        mediaType: 'text/event-stream',
      },
    },
    problems: ['link_not_found'],
  },
  findKeyHolder: {
    method: 'GET',
    path: '/v1/key',
    summary: 'Read for whom the API key speaks that asks',
    scope: null,
    answers: { 200: { description: 'Owner and scopes of the key', schema: OwnKey } },
    problems: [],
  },
  readReportSettings: {
    method: 'GET',
    path: '/v1/settings',
    summary: 'Read how long clicks are kept, and by which rules they are counted',
    scope: 'reports:read',
    answers: { 200: { description: 'What is set', schema: ReportSettings } },
    problems: [],
  },
  // It is about everybody's clicks.
  readLedger: {
    method: 'GET',
    path: '/v1/ledger',
    summary: 'Read the books: clicks answered, and where they are',
    scope: 'admin',
    answers: { 200: { description: 'The ledger', schema: Ledger } },
    problems: [],
  },
} as const satisfies Routes

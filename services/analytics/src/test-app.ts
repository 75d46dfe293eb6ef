// For tests: the API over what each test says that the tables hold.
import { type KeyHolder } from '@sleepwell/contracts/api-key'
import type { Ledger } from '@sleepwell/contracts/ledger'
import type { ReportSettings } from '@sleepwell/contracts/report-settings'
import type { KeyOutcome } from '@sleepwell/runtime/express-api'
import { pino } from 'pino'
import request from 'supertest'
import { createApp } from './app.ts'
import { createReport } from './click-report.ts'
import type { CountedClicks } from './counted-clicks.ts'
import { createExport } from './export-clicks.ts'

export const path = '/v1/reports/clicks'
export const holder: KeyHolder = { keyId: 'k', ownerId: 'owner', scopes: ['reports:read'] }
export const nothing: CountedClicks = {
  dataThrough: null,
  totals: { human: 0, bot: 0, uniques: 0 },
  groups: [],
}

export const books: Ledger = {
  asOf: '2026-01-31T00:00:00.000Z',
  dataThrough: null,
  settleSeconds: 600,
  totals: {
    served: 3,
    counted: 1,
    inFlight: 2,
    deadLettered: 0,
    dropped: 0,
    lost: 0,
    difference: 0,
    duplicates: 0,
  },
  spools: [],
  spoolsOmitted: 0,
}

export const settings: ReportSettings = {
  clickRetentionDays: 45,
  visitorRetentionDays: 5,
  uniqueWithinHours: 72,
  policyVersion: 2,
}

interface Given {
  readonly identified?: KeyOutcome<KeyHolder>
  readonly countClicks?: () => Promise<CountedClicks>
  readonly countRawClicks?: () => Promise<CountedClicks | 'not_kept' | 'too_slow'>
}

export function appWith(given: Given = {}) {
  const {
    identified = holder,
    countClicks = async () => nothing,
    countRawClicks = async () => nothing,
  } = given
  const findOwnLink = async () => 'absent' as const
  const lines: string[] = []
  const answers: string[] = []
  const app = createApp({
    documents: (_req, _res, next) => next(),
    identify: async () => identified,
    report: createReport({ countClicks, countRawClicks, findOwnLink }),
    exportClicks: createExport({
      findClicks: async () => [],
      findOwnLink,
      areKept: async () => true,
      dataThrough: async () => new Date('2026-03-30T12:00:00Z'),
    }),
    reportOrphans: async ({ from, to }) => ({
      dataThrough: null,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      totals: { total: 0, human: 0, bot: 0 },
      days: [],
      rows: [],
    }),
    findOwnLink,
    follow: () => 'full',
    ledger: async () => books,
    settings,
    now: Date.now,
    answered: (route, status) => answers.push(`${route} ${status}`),
    log: pino({ level: 'trace' }, { write: (line) => lines.push(line) }),
  })
  return { app, lines, answers }
}

export const get = (app: ReturnType<typeof appWith>['app'], query = '') =>
  request(app)
    .get(path + query)
    .set('Authorization', 'Bearer key')

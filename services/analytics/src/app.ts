import { createHash } from 'node:crypto'
import { analyticsRoutes } from '@sleepwell/contracts/analytics-routes'
import { allows, type KeyHolder } from '@sleepwell/contracts/api-key'
import type { Ledger } from '@sleepwell/contracts/ledger'
import { problem } from '@sleepwell/contracts/problem'
import type { ClickReport, OrphanReport } from '@sleepwell/contracts/report'
import type { ReportSettings } from '@sleepwell/contracts/report-settings'
import { createRoutes, type Handlers } from '@sleepwell/runtime/api-routes'
import { createApi, type KeyOutcome } from '@sleepwell/runtime/express-api'
import type { Logger } from '@sleepwell/runtime/log'
import type { Express, RequestHandler, Response, Router } from 'express'
import helmet from 'helmet'
import type { NoReport } from './click-report.ts'
import { sendCsv, type Csv } from './csv-answer.ts'
import type { ExportQuery } from './export-clicks.ts'
import type { LiveFeed } from './live-feed.ts'
import { followLive } from './live-route.ts'
import type { OrphanQuery } from './orphan-report.ts'
import { readExportQuery, readLiveQuery, readOrphanQuery } from './read-other-queries.ts'
import { readReportQuery, type ReportQuery } from './read-report-query.ts'
import { refuse } from './refuse.ts'

export interface AppDeps {
  /** What anybody may read of this API. */
  readonly documents: RequestHandler
  readonly identify: (key: string) => Promise<KeyOutcome<KeyHolder>>
  readonly report: (ownerId: string, query: ReportQuery) => Promise<ClickReport | NoReport>
  readonly exportClicks: (ownerId: string, query: ExportQuery) => Promise<Csv | NoReport>
  readonly reportOrphans: (query: OrphanQuery) => Promise<OrphanReport>
  readonly findOwnLink: (ownerId: string, linkId: string) => Promise<object | 'absent'>
  readonly follow: LiveFeed['follow']
  readonly ledger: () => Promise<Ledger>
  readonly settings: ReportSettings
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly answered: (route: string, status: number, seconds: number) => void
  readonly log: Logger
}

export function createApp(deps: AppDeps): Express {
  const { identify, answered, log, documents } = deps
  const before = [helmet(), documents]
  return createApi({ routes: routes(deps), before, problem, identify, answered, log })
}

function routes(deps: AppDeps): Router {
  const handlers: Handlers<typeof analyticsRoutes, KeyHolder> = {
    reportClicks: async ({ res, holder, query }) => {
      const asked = readReportQuery(query, deps.now())
      sendReport(res, found(await deps.report(holder.ownerId, asked)))
    },
    reportClicksAsCsv: async ({ req, res, holder, query }) => {
      const asked = readReportQuery(query, deps.now())
      const report = found(await deps.report(holder.ownerId, asked))
      const { dataThrough, groupBy, rows, others } = report
      const all = others === undefined ? rows : [...rows, { key: '(others)', ...others }]
      await sendCsv(req, res, {
        name: `clicks-by-${groupBy}`,
        dataThrough,
        columns: ['key', 'total', 'human', 'bot', 'unique'],
        rows: all.map(({ key, total, human, bot, unique }) => [key, total, human, bot, unique]),
      })
    },
    reportOrphans: async ({ res, query }) => {
      sendReport(res, await deps.reportOrphans(readOrphanQuery(query, deps.now())))
    },
    exportClicks: async ({ req, res, holder, query }) => {
      const asked = readExportQuery(query, deps.now())
      await sendCsv(req, res, found(await deps.exportClicks(holder.ownerId, asked)))
    },
    followLive: async ({ req, res, holder: { ownerId }, query }) => {
      const { linkId } = readLiveQuery(query)
      if (linkId !== undefined && (await deps.findOwnLink(ownerId, linkId)) === 'absent')
        refuse('link_not_found')
      followLive(deps.follow, req, res, {
        ownerId,
        linkId,
        identify: identifyAgain(res),
        mayRead: (holder) => allows(holder, 'reports:read'),
        now: () => performance.now(),
      })
    },
    findKeyHolder: ({ res, holder: { keyId, ownerId, scopes } }) => {
      res.set('Cache-Control', 'no-store').json({ id: keyId, ownerId, scopes })
    },
    readReportSettings: async ({ res }) => {
      res.set('Cache-Control', 'private, no-cache').json(deps.settings)
    },
    readLedger: async ({ res }) => {
      res.set('Cache-Control', 'no-store').json(await deps.ledger())
    },
  }
  return createRoutes(analyticsRoutes, handlers, { problem, allows })
}

function identifyAgain(res: Response): () => Promise<KeyOutcome<KeyHolder>> {
  const { identifyAgain } = res.locals as { identifyAgain?: () => Promise<KeyOutcome<KeyHolder>> }
  return identifyAgain ?? refuse('unauthenticated')
}

function found<Found extends object>(outcome: Found | NoReport): Found {
  switch (outcome) {
    case 'link_not_found':
      return refuse('link_not_found')
    case 'not_kept':
      return refuse('range_too_wide', { detail: 'Of a part of it only the sums are kept.' })
    case 'too_slow':
      return refuse('range_too_wide', {
        detail: 'It has too many clicks to look at within 5 s: ask for less time.',
      })
    default:
      return outcome
  }
}

/** Whoever has the same already is told so. */
function sendReport(res: Response, report: object): void {
  const body = JSON.stringify(report)
  const tag = createHash('sha256').update(body).digest('base64url')
  res.set({ 'Cache-Control': 'private, no-cache', ETag: `"${tag}"` })
  res.type('json').send(body)
}

import { createHash } from 'node:crypto'
import { allows, type KeyHolder, type Scope } from '@sleepwell/contracts/api-key'
import type { Ledger } from '@sleepwell/contracts/ledger'
import { problem } from '@sleepwell/contracts/problem'
import type { ClickReport, OrphanReport } from '@sleepwell/contracts/report'
import { createApi, methodNotAllowed, type KeyOutcome } from '@sleepwell/runtime/express-api'
import type { Logger } from '@sleepwell/runtime/log'
import { Router, type Express, type Request, type Response } from 'express'
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
  readonly identify: (key: string) => Promise<KeyOutcome<KeyHolder>>
  readonly report: (ownerId: string, query: ReportQuery) => Promise<ClickReport | NoReport>
  readonly exportClicks: (ownerId: string, query: ExportQuery) => Promise<Csv | NoReport>
  readonly reportOrphans: (query: OrphanQuery) => Promise<OrphanReport>
  readonly findOwnLink: (ownerId: string, linkId: string) => Promise<object | 'absent'>
  readonly follow: LiveFeed['follow']
  readonly ledger: () => Promise<Ledger>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly answered: (route: string, status: number, seconds: number) => void
  readonly log: Logger
}

export function createApp(deps: AppDeps): Express {
  const { identify, answered, log } = deps
  return createApi({ routes: routes(deps), before: [helmet()], problem, identify, answered, log })
}

type Handler = (req: Request, res: Response, ownerId: string) => Promise<void>

function routes(deps: AppDeps): Router {
  // As case sensitive as the app: otherwise /V1/reports would be a route that asks for no key.
  const router = Router({ caseSensitive: true })
  const get = (path: string, scope: Scope, handle: Handler) =>
    router
      .route(path)
      .get((req, res) => handle(req, res, requireScope(res, scope).ownerId))
      .all(methodNotAllowed(problem, 'GET, HEAD'))

  get('/v1/reports/clicks', 'reports:read', async (req, res, ownerId) => {
    const query = readReportQuery(req.query, deps.now())
    sendReport(res, found(await deps.report(ownerId, query)))
  })
  get('/v1/reports/clicks.csv', 'reports:read', async (req, res, ownerId) => {
    const query = readReportQuery(req.query, deps.now())
    const { dataThrough, groupBy, rows, others } = found(await deps.report(ownerId, query))
    const all = others === undefined ? rows : [...rows, { key: '(others)', ...others }]
    await sendCsv(req, res, {
      name: `clicks-by-${groupBy}`,
      dataThrough,
      columns: ['key', 'total', 'human', 'bot', 'unique'],
      rows: all.map(({ key, total, human, bot, unique }) => [key, total, human, bot, unique]),
    })
  })
  get('/v1/reports/orphans', 'reports:read', async (req, res) => {
    sendReport(res, await deps.reportOrphans(readOrphanQuery(req.query, deps.now())))
  })
  get('/v1/clicks.csv', 'reports:read', async (req, res, ownerId) => {
    const query = readExportQuery(req.query, deps.now())
    await sendCsv(req, res, found(await deps.exportClicks(ownerId, query)))
  })
  get('/v1/live', 'reports:read', async (req, res, ownerId) => {
    const { linkId } = readLiveQuery(req.query)
    if (linkId !== undefined && (await deps.findOwnLink(ownerId, linkId)) === 'absent')
      refuse('link_not_found')
    followLive(deps.follow, req, res, {
      ownerId,
      linkId,
      identify: localsOf(res).identifyAgain,
      mayRead: (holder) => allows(holder, 'reports:read'),
    })
  })
  // The ledger is about everybody's clicks.
  get('/v1/ledger', 'admin', async (_req, res) => {
    res.set('Cache-Control', 'no-store').json(await deps.ledger())
  })
  return router
}

interface Locals {
  readonly holder: KeyHolder
  readonly identifyAgain: () => Promise<KeyOutcome<KeyHolder>>
}

function localsOf(res: Response): Locals {
  const locals = res.locals as Partial<Locals>
  const { holder, identifyAgain } = locals
  return holder && identifyAgain ? { holder, identifyAgain } : refuse('unauthenticated')
}

function requireScope(res: Response, scope: Scope): KeyHolder {
  const { holder } = localsOf(res)
  return allows(holder, scope) ? holder : refuse('forbidden', { detail: `It needs ${scope}.` })
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

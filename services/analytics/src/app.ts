import { allows, type KeyHolder } from '@sleepwell/contracts/api-key'
import type { Ledger } from '@sleepwell/contracts/ledger'
import { problem } from '@sleepwell/contracts/problem'
import type { ClickReport } from '@sleepwell/contracts/report'
import { createApi, methodNotAllowed, type KeyOutcome } from '@sleepwell/runtime/express-api'
import type { Logger } from '@sleepwell/runtime/log'
import { Router, type Express, type Response } from 'express'
import helmet from 'helmet'
import { readReportQuery, type ReportQuery } from './read-report-query.ts'
import { refuse } from './refuse.ts'

export interface AppDeps {
  readonly identify: (key: string) => Promise<KeyOutcome<KeyHolder>>
  readonly report: (ownerId: string, query: ReportQuery) => Promise<ClickReport | 'link_not_found'>
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

function routes({ report, ledger, now }: AppDeps): Router {
  // As case sensitive as the app: otherwise /V1/reports would be a route that asks for no key.
  const router = Router({ caseSensitive: true })
  router
    .route('/v1/reports/clicks')
    .get(async (req, res) => {
      const holder = holderOf(res)
      if (!allows(holder, 'reports:read')) refuse('forbidden', { detail: 'It needs reports:read.' })
      const found = await report(holder.ownerId, readReportQuery(req.query, now()))
      if (found === 'link_not_found') refuse(found)
      res.set('Cache-Control', 'no-store').json(found)
    })
    .all(methodNotAllowed(problem, 'GET, HEAD'))
  router
    .route('/v1/ledger')
    .get(async (_req, res) => {
      // It is about everybody's clicks.
      if (!allows(holderOf(res), 'admin')) refuse('forbidden', { detail: 'It needs admin.' })
      res.set('Cache-Control', 'no-store').json(await ledger())
    })
    .all(methodNotAllowed(problem, 'GET, HEAD'))
  return router
}

function holderOf(res: Response): KeyHolder {
  const { holder } = res.locals as { holder?: KeyHolder }
  return holder ?? refuse('unauthenticated')
}

import { problem } from '@sleepwell/contracts/problem'
import {
  answerFailures,
  ids,
  methodNotAllowed,
  observeRequests,
  Refusal,
} from '@sleepwell/runtime/express-api'
import type { Logger } from '@sleepwell/runtime/log'
import { sendProblem } from '@sleepwell/runtime/send-problem'
import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import helmet from 'helmet'
import type { PassOn } from './pass-on.ts'
import type { Reliability } from './reliability.ts'
import { requireOwnOrigin } from './same-origin.ts'
import { type Session, type Sessions, showSession } from './session.ts'

export interface AppDeps {
  readonly sessions: Sessions
  readonly signIn: (req: Request, res: Response) => Promise<void>
  readonly links: Pick<PassOn, 'pass'>
  readonly reports: Pick<PassOn, 'pass'>
  readonly reliability: (apiKey: string) => Promise<Reliability>
  readonly page: RequestHandler
  /** Origin under which browsers reach us; absent: whatever they call us. */
  readonly dashboardUrl: string | undefined
  readonly trustedProxies: readonly string[]
  readonly answered: (route: string, status: number, seconds: number) => void
  readonly log: Logger
}

export function createApp(deps: AppDeps): Express {
  const { sessions, log, answered, dashboardUrl } = deps
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
  app.set('trust proxy', [...deps.trustedProxies])
  app.use(observeRequests({ log, answered }))
  app.use(securityHeaders(dashboardUrl?.startsWith('https:') === true))
  app.use('/api', noStore, requireOwnOrigin(dashboardUrl))

  const signedIn = async (req: Request): Promise<Session> => {
    const session = await sessions.find(req)
    if (session === undefined) throw new Refusal(problem('not_signed_in'))
    return session
  }
  // That nobody is signed in is an answer, not a failure that a browser would have to report.
  app.get('/api/session', async (req, res) => {
    const session = await sessions.find(req)
    if (session === undefined) res.status(204).end()
    else res.json(showSession(session))
  })
  app.post('/api/session', express.json({ limit: '4kb' }), deps.signIn)
  app.delete('/api/session', (_req, res) => {
    sessions.end(res)
    res.status(204).end()
  })
  app.all('/api/session', methodNotAllowed(problem, 'DELETE, GET, HEAD, POST'))
  app.get('/api/reliability', async (req, res) => {
    const { apiKey } = await signedIn(req)
    res.json(await deps.reliability(apiKey))
  })
  app.all('/api/reliability', methodNotAllowed(problem, 'GET, HEAD'))
  for (const api of ['links', 'reports'] as const)
    app.all(`/api/${api}/*path`, async (req, res) => {
      const { apiKey } = await signedIn(req)
      const path = req.originalUrl.slice(`/api/${api}`.length)
      if (!path.startsWith('/v1/')) throw new Refusal(problem('not_found'))
      deps[api].pass(req, res, path, apiKey)
    })
  app.use('/api', (_req, res) => sendProblem(res, problem('not_found', ids(res))))
  app.use(deps.page)
  app.use((_req, res) => sendProblem(res, problem('not_found', ids(res))))
  app.use(answerFailures({ log, problem }))
  return app
}

const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}

/** Nothing from elsewhere, nothing written into the page. `blob:` is for files and images that the page makes itself. */
function securityHeaders(isSecure: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    strictTransportSecurity: isSecure,
  })
}

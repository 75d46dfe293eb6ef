import type { DomainDestinations } from '@sleepwell/contracts/domain-setting'
import { problem } from '@sleepwell/contracts/problem'
import { sendProblem } from '@sleepwell/runtime/send-problem'
import express, { type ErrorRequestHandler, type Express, type Response } from 'express'
import { favicon, pages, sendPage } from './pages.ts'
import { redirectElsewhere, wantsPage } from './answer.ts'

export interface AppDeps {
  readonly destinationsOf: (host: string | undefined) => DomainDestinations
  readonly failed: (error: unknown) => void
  readonly newId: () => string
}

/** Everything on the public port but the redirect itself. */
export function createApp(deps: AppDeps): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use((_req, res, next) => {
    res.setHeader('X-Request-Id', deps.newId())
    next()
  })
  const elsewhere = (res: Response, to: string) =>
    redirectElsewhere(res, String(res.getHeader('X-Request-Id')), to)
  app.get('/', (req, res) => {
    const { home } = deps.destinationsOf(req.headers.host)
    if (home === null) sendPage(res, 200, pages.home)
    else elsewhere(res, home)
  })
  app.get('/robots.txt', (_req, res) => {
    res
      .type('text/plain')
      .set('Cache-Control', 'public, max-age=86400')
      .send('User-agent: *\nDisallow:\n')
  })
  app.get(['/favicon.svg', '/favicon.ico'], (_req, res) => {
    res.type('image/svg+xml').set('Cache-Control', 'public, max-age=86400').send(favicon)
  })
  app.all('/:slug', (req, res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD') return next()
    res.setHeader('Allow', 'GET, HEAD')
    sendProblem(res, problem('method_not_allowed'))
  })
  app.use((req, res) => {
    const isRead = req.method === 'GET' || req.method === 'HEAD'
    const to = isRead ? deps.destinationsOf(req.headers.host).notFound : null
    if (to !== null) elsewhere(res, to)
    else if (wantsPage(req)) sendPage(res, 404, pages.absent)
    else sendProblem(res, problem('link_not_found'))
  })
  app.use(failed(deps.failed))
  return app
}

function failed(report: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _req, res, _next) => {
    // Express refuses a path that does not decode; no slug has a percent sign.
    const { status } = Object(error) as { status?: unknown }
    const malformed = typeof status === 'number' && status < 500
    if (!malformed) report(error)
    sendProblem(res, problem(malformed ? 'link_not_found' : 'internal'))
  }
}

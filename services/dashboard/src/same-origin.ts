import { problem } from '@sleepwell/contracts/problem'
import { ids } from '@sleepwell/runtime/express-api'
import { sendProblem } from '@sleepwell/runtime/send-problem'
import type { RequestHandler } from 'express'

/** What changes something comes from our own page: every browser says from where it asks. */
export function requireOwnOrigin(dashboardUrl: string | undefined): RequestHandler {
  const known = dashboardUrl === undefined ? undefined : new URL(dashboardUrl).origin
  return (req, res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD') return next()
    const { origin, host, 'sec-fetch-site': site = 'same-origin' } = req.headers
    const isOurs =
      origin !== undefined &&
      URL.canParse(origin) &&
      (known === undefined ? new URL(origin).host === host : new URL(origin).origin === known)
    if (isOurs && site === 'same-origin') return next()
    sendProblem(res, problem('other_site', ids(res)))
  }
}

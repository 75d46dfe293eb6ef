// What a visitor gets: the destination, or why there is none. Each says the outcome that it is counted as.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { probeLink } from '@sleepwell/contracts/probe-link'
import { problem } from '@sleepwell/contracts/problem'
import { sendProblem } from '@sleepwell/runtime/send-problem'
import { forwardQuery } from './forward-query.ts'
import type { Outcome } from './indicators.ts'
import { windowSeconds } from './limit-scans.ts'
import { pages, sendPage } from './pages.ts'
import { writeRedirectHead } from './redirect-head.ts'

/** @param to its destination, with what follows the slug */
export function redirectTo(
  req: IncomingMessage,
  res: ServerResponse,
  id: string,
  link: CachedLink,
  to: string,
): Outcome {
  const location = link.forwardQuery ? forwardQuery(to, req.url ?? '') : to
  const cache = link.cacheSeconds === 0 ? neverCached : cacheControl(link, Date.now())
  writeRedirectHead(res, link.status, location, cache, id, link.noindex)
  res.end()
  // Monitors come however few people do: alerts on traffic look at people.
  return link.id === probeLink.id ? 'probe' : 'found'
}

/** Where there is nothing to lead to but somewhere else; for now, because that may change. */
export function redirectElsewhere(res: ServerResponse, id: string, to: string): void {
  writeRedirectHead(res, 302, to, neverCached, id, false)
  res.end()
}

/** Without it a browser keeps a 301 or 308 for ever, which hides clicks and edits. */
const neverCached = 'private, no-store'

function cacheControl({ cacheSeconds, expiresAt, limited }: CachedLink, now: number): string {
  const left = expiresAt === null ? Infinity : Math.floor((expiresAt - now) / 1000)
  const seconds = Math.min(cacheSeconds, left)
  return seconds < 1 || limited ? neverCached : `private, max-age=${seconds}`
}

/** What has not begun looks just like what is not there. */
const refusals = {
  absent: ['link_not_found', pages.absent],
  early: ['link_not_found', pages.absent],
  gone: ['link_gone', pages.gone],
  blocked: ['link_blocked', pages.blocked],
  unavailable: ['unavailable', pages.unavailable],
  unclaimed: ['unavailable', pages.unavailable],
  limited: ['too_many_unknown', pages.limited],
} as const

export function refuse(
  req: IncomingMessage,
  res: ServerResponse,
  requestId: string,
  why: keyof typeof refusals,
): Outcome {
  const [code, page] = refusals[why]
  const document = problem(code, { requestId })
  res.setHeader('X-Request-Id', requestId)
  res.setHeader('Vary', 'Accept')
  if (why === 'limited') res.setHeader('Retry-After', windowSeconds)
  if (wantsPage(req)) sendPage(res, document.status, page)
  else sendProblem(res, document)
  return why
}

/** People come with a browser, which asks for HTML by name; programs take whatever comes. */
export function wantsPage(req: IncomingMessage): boolean {
  return req.headers.accept?.includes('text/html') === true
}

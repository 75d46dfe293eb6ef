// One request: resolve, record, answer. Every way out returns its outcome, so none can forget to be counted.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { problem } from '@sleepwell/contracts/problem'
import { sendProblem } from '@sleepwell/runtime/send-problem'
import type { ClickDraft, DescribeClick } from './describe-click.ts'
import type { Outcome } from './indicators.ts'
import { type FindForSource, windowSeconds } from './limit-scans.ts'
import type { Overload } from './overload.ts'
import { pages, sendPage } from './pages.ts'
import type { RecordOrphan } from './record-orphan.ts'
import type { Resolution, ResolveLink } from './resolve-link.ts'
import { shed } from './shed.ts'

export interface RedirectDeps {
  readonly domainOfHost: (host: string | undefined) => string
  /** What memory can vouch for. */
  readonly known: ResolveLink['known']
  readonly remembered: ResolveLink['remembered']
  /** What memory cannot. */
  readonly find: FindForSource
  readonly overload: Pick<Overload, 'level' | 'sheds'>
  readonly describeClick: DescribeClick
  /** Calls back when the click is kept, or waiting any longer would cost the visitor; never throws. */
  readonly recordClick: (draft: ClickDraft, kept: () => void) => void
  /** Nobody waits for it; never throws. */
  readonly recordOrphan: RecordOrphan
  readonly answered: (outcome: Outcome, seconds: number) => void
  readonly failed: (error: unknown) => void
  /** UUIDv7; the click's id, and the request's. */
  readonly newId: () => string
}

export type Redirect = (slug: string, req: IncomingMessage, res: ServerResponse) => void

export function createRedirect(deps: RedirectDeps): Redirect {
  return (slug, req, res) => {
    const startedAt = performance.now()
    const id = deps.newId()
    // Whatever runs for this request runs in here, and says how it ended or that it has not yet.
    const run = (step: () => Outcome | 'later') => {
      let outcome: Outcome | 'later' = 'error'
      try {
        outcome = step()
      } catch (error) {
        deps.failed(error)
        if (res.headersSent) res.destroy()
        else sendProblem(res, problem('internal'))
      }
      if (outcome !== 'later') deps.answered(outcome, (performance.now() - startedAt) / 1000)
    }
    const answer = (domain: string, resolution: Resolution | 'limited'): Outcome | 'later' => {
      if (resolution === 'absent') deps.recordOrphan(id, domain, slug, req)
      if (typeof resolution !== 'object') return refuse(req, res, id, resolution)
      deps.recordClick(deps.describeClick(id, resolution, req), () =>
        run(() => redirectTo(res, id, resolution)),
      )
      return 'later'
    }
    run(() => {
      const domain = deps.domainOfHost(req.headers.host)
      const known = deps.known(domain, slug)
      const level = deps.overload.level()
      if (level > 0 && deps.overload.sheds(known ?? deps.remembered(domain, slug)))
        return shed(res, level === 2)
      if (known !== undefined) return answer(domain, known)
      deps.find(domain, slug, req).then(
        (found) => run(() => answer(domain, found)),
        (error: unknown) => run(() => rethrow(error)),
      )
      return 'later'
    })
  }
}

function rethrow(error: unknown): never {
  throw error
}

// Headers by hand: half the cost of res.redirect(). A redirect that may be cached hides clicks and edits for ever.
function redirectTo(res: ServerResponse, id: string, link: CachedLink): Outcome {
  res.writeHead(302, [
    'Location',
    link.destination,
    'Cache-Control',
    'private, no-store',
    'X-Request-Id',
    id,
    'Content-Length',
    '0',
  ])
  res.end()
  return 'found'
}

const codes = {
  absent: 'link_not_found',
  gone: 'link_gone',
  unavailable: 'unavailable',
  limited: 'too_many_unknown',
} as const

function refuse(
  req: IncomingMessage,
  res: ServerResponse,
  requestId: string,
  why: Exclude<Resolution, CachedLink> | 'limited',
): Outcome {
  const document = problem(codes[why], { requestId })
  res.setHeader('X-Request-Id', requestId)
  res.setHeader('Vary', 'Accept')
  if (why === 'limited') res.setHeader('Retry-After', windowSeconds)
  if (wantsPage(req)) sendPage(res, document.status, pages[why])
  else sendProblem(res, document)
  return why
}

/** People come with a browser, which asks for HTML by name; programs take whatever comes. */
export function wantsPage(req: IncomingMessage): boolean {
  return req.headers.accept?.includes('text/html') === true
}

// One request: resolve, claim, record, answer. Every way out returns its outcome, so none can forget to be counted.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { problem } from '@sleepwell/contracts/problem'
import { sendProblem } from '@sleepwell/runtime/send-problem'
import type { ClaimClick } from './claim-click.ts'
import type { ClickDraft, DescribeClick } from './describe-click.ts'
import { forwardQuery } from './forward-query.ts'
import type { Outcome } from './indicators.ts'
import { pages, sendPage } from './pages.ts'
import type { RecordOrphan } from './record-orphan.ts'
import type { ResolveLink } from './resolve-link.ts'

export interface RedirectDeps {
  readonly domainOfHost: (host: string | undefined) => string
  readonly resolveLink: ResolveLink
  readonly claimClick: ClaimClick
  readonly describeClick: DescribeClick
  /** Resolves when the click is kept, or waiting any longer would cost the visitor; never rejects. */
  readonly recordClick: (draft: ClickDraft) => Promise<void>
  /** Nobody waits for it; never throws. */
  readonly recordOrphan: RecordOrphan
  readonly answered: (outcome: Outcome, seconds: number) => void
  readonly failed: (error: unknown) => void
  /** UUIDv7; the click's id, and the request's. */
  readonly newId: () => string
}

export type Redirect = (slug: string, req: IncomingMessage, res: ServerResponse) => Promise<void>

export function createRedirect(deps: RedirectDeps): Redirect {
  const answerTo = async (
    slug: string,
    req: IncomingMessage,
    res: ServerResponse,
  ): Promise<Outcome> => {
    const id = deps.newId()
    const domain = deps.domainOfHost(req.headers.host)
    const resolution =
      deps.resolveLink.known(domain, slug) ?? (await deps.resolveLink.find(domain, slug))
    if (resolution === 'absent') deps.recordOrphan(id, domain, slug, req)
    if (typeof resolution !== 'object') return refuse(req, res, id, resolution)
    const click = deps.describeClick(id, resolution, req)
    if (resolution.limited) {
      const claim = await deps.claimClick(resolution, click)
      if (claim !== 'granted') return refuse(req, res, id, claim)
    }
    await deps.recordClick(click)
    return redirectTo(req, res, id, resolution)
  }
  return async (slug, req, res) => {
    const startedAt = performance.now()
    let outcome: Outcome = 'error'
    try {
      outcome = await answerTo(slug, req, res)
    } catch (error) {
      deps.failed(error)
      if (res.headersSent) res.destroy()
      else sendProblem(res, problem('internal'))
    }
    deps.answered(outcome, (performance.now() - startedAt) / 1000)
  }
}

// Headers by hand: half the cost of res.redirect().
function redirectTo(
  req: IncomingMessage,
  res: ServerResponse,
  id: string,
  link: CachedLink,
): Outcome {
  res.writeHead(link.status, [
    'Location',
    link.forwardQuery ? forwardQuery(link.destination, req.url ?? '') : link.destination,
    'Cache-Control',
    link.cacheSeconds === 0 ? neverCached : cacheControl(link, Date.now()),
    'X-Request-Id',
    id,
    'Content-Length',
    '0',
  ])
  res.end()
  return 'found'
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
} as const

function refuse(
  req: IncomingMessage,
  res: ServerResponse,
  requestId: string,
  why: keyof typeof refusals,
): Outcome {
  const [code, page] = refusals[why]
  const document = problem(code, { requestId })
  res.setHeader('X-Request-Id', requestId)
  res.setHeader('Vary', 'Accept')
  if (wantsPage(req)) sendPage(res, document.status, page)
  else sendProblem(res, document)
  return why
}

/** People come with a browser, which asks for HTML by name; programs take whatever comes. */
export function wantsPage(req: IncomingMessage): boolean {
  return req.headers.accept?.includes('text/html') === true
}

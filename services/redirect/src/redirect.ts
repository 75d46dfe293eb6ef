// One request: resolve, claim, record, answer. Every way out returns its outcome, so none can forget to be counted.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import type { Domains } from '@sleepwell/contracts/domain'
import { problem } from '@sleepwell/contracts/problem'
import { sendProblem } from '@sleepwell/runtime/send-problem'
import { redirectElsewhere, redirectTo, refuse } from './answer.ts'
import { classifyAgent } from './classify-agent.ts'
import type { ClaimClick } from './claim-click.ts'
import type { ClickDraft, DescribeClick } from './describe-click.ts'
import { forwardPath } from './forward-path.ts'
import type { Outcome } from './indicators.ts'
import { type FindForSource } from './limit-scans.ts'
import type { Overload } from './overload.ts'
import { sendPreview } from './preview-page.ts'
import type { RecordOrphan } from './record-orphan.ts'
import type { Resolution, ResolveLink } from './resolve-link.ts'
import { shed } from './shed.ts'

export interface RedirectDeps {
  readonly domains: Pick<Domains, 'ofHost' | 'destinationsOf' | 'shortLink'>
  readonly claimClick: ClaimClick
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

/** @param rest what follows the slug in the path, from a slash on; mostly nothing */
export type Redirect = (
  slug: string,
  req: IncomingMessage,
  res: ServerResponse,
  rest: string,
) => void

/** One request on its way. */
interface Visit {
  readonly slug: string
  readonly rest: string
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly id: string
  readonly startedAt: number
}

export function createRedirect(deps: RedirectDeps): Redirect {
  // Whatever runs for a visit runs in here, and says how it ended or that it has not yet.
  const run = (visit: Visit, step: (visit: Visit) => Outcome | 'later') => {
    let outcome: Outcome | 'later' = 'error'
    try {
      outcome = step(visit)
    } catch (error) {
      deps.failed(error)
      if (visit.res.headersSent) visit.res.destroy()
      else sendProblem(visit.res, problem('internal'))
    }
    if (outcome !== 'later') deps.answered(outcome, (performance.now() - visit.startedAt) / 1000)
  }
  const later = <Value>(
    visit: Visit,
    value: Promise<Value>,
    step: (value: Value) => Outcome | 'later',
  ) => {
    value.then(
      (known) => run(visit, () => step(known)),
      (error: unknown) => run(visit, () => rethrow(error)),
    )
    return 'later' as const
  }
  const begin = (visit: Visit) => {
    const { slug, req, res } = visit
    const domain = deps.domains.ofHost(req.headers.host)
    const known = deps.known(domain, slug)
    const level = deps.overload.level()
    if (level > 0 && deps.overload.sheds(known ?? deps.remembered(domain, slug)))
      return shed(res, level === 2)
    if (known !== undefined) return settle(visit, domain, known)
    return later(visit, deps.find(domain, slug, req), (found) => settle(visit, domain, found))
  }
  const settle = (visit: Visit, domain: string, resolution: Resolution | 'limited') => {
    const { slug, rest, req, id } = visit
    if (typeof resolution !== 'object') {
      if (resolution === 'absent' && rest === '') deps.recordOrphan(id, domain, slug, req)
      return turnAway(visit, domain, resolution)
    }
    const ended = 'expired' in resolution
    const link = ended ? resolution.expired : resolution
    const to = rest === '' ? link.destination : below(link, rest)
    // No link leads any further, whatever has become of this one.
    if (to === undefined) return turnAway(visit, domain, 'absent')
    if (ended) return turnAway(visit, domain, 'gone', link)
    const click = deps.describeClick(id, link, req)
    if (!link.limited) return follow(visit, domain, link, to, click)
    return later(visit, deps.claimClick(link, click), (claim) =>
      claim === 'granted'
        ? follow(visit, domain, link, to, click)
        : turnAway(visit, domain, claim, link),
    )
  }
  const follow = (
    visit: Visit,
    domain: string,
    link: CachedLink,
    to: string,
    click: ClickDraft,
  ) => {
    const { slug, req, res, id } = visit
    const lead = () => {
      if (link.preview === null || !asksForPreview(req)) return redirectTo(req, res, id, link, to)
      sendPreview(res, id, link, link.preview, deps.domains.shortLink(domain, slug))
      return 'found'
    }
    deps.recordClick(click, () => run(visit, lead))
    return 'later' as const
  }
  // Counted as what it is: that there is somewhere else to go leads nobody to where the link does.
  const turnAway = (
    { req, res, id }: Visit,
    domain: string,
    why: Parameters<typeof refuse>[3],
    link?: CachedLink,
  ) => {
    const elsewhere = deps.domains.destinationsOf(domain)
    let to: string | null = null
    if (why === 'absent' || why === 'early') to = elsewhere.notFound
    else if (why === 'gone' && link !== undefined) to = link.expiredDestination ?? elsewhere.expired
    if (to === null) return refuse(req, res, id, why)
    redirectElsewhere(res, id, to)
    return why
  }
  return (slug, req, res, rest) => {
    run({ slug, rest, req, res, id: deps.newId(), startedAt: performance.now() }, begin)
  }
}

function below(link: CachedLink, rest: string): string | undefined {
  return link.forwardPath ? forwardPath(link.destination, rest) : undefined
}

function asksForPreview(req: IncomingMessage): boolean {
  return classifyAgent(req.headers['user-agent'] ?? '').previews
}

function rethrow(error: unknown): never {
  throw error
}

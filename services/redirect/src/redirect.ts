// One request: resolve, claim, record, answer. Every way out returns its outcome, so none can forget to be counted.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { problem } from '@sleepwell/contracts/problem'
import { sendProblem } from '@sleepwell/runtime/send-problem'
import { redirectTo, refuse } from './answer.ts'
import type { ClaimClick } from './claim-click.ts'
import type { ClickDraft, DescribeClick } from './describe-click.ts'
import type { Outcome } from './indicators.ts'
import { type FindForSource } from './limit-scans.ts'
import type { Overload } from './overload.ts'
import type { RecordOrphan } from './record-orphan.ts'
import type { Resolution, ResolveLink } from './resolve-link.ts'
import { shed } from './shed.ts'

export interface RedirectDeps {
  readonly domainOfHost: (host: string | undefined) => string
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

export type Redirect = (slug: string, req: IncomingMessage, res: ServerResponse) => void

/** One request on its way. */
interface Visit {
  readonly slug: string
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
    const domain = deps.domainOfHost(req.headers.host)
    const known = deps.known(domain, slug)
    const level = deps.overload.level()
    if (level > 0 && deps.overload.sheds(known ?? deps.remembered(domain, slug)))
      return shed(res, level === 2)
    if (known !== undefined) return settle(visit, domain, known)
    return later(visit, deps.find(domain, slug, req), (found) => settle(visit, domain, found))
  }
  const settle = (visit: Visit, domain: string, resolution: Resolution | 'limited') => {
    const { slug, req, res, id } = visit
    if (resolution === 'absent') deps.recordOrphan(id, domain, slug, req)
    if (typeof resolution !== 'object') return refuse(req, res, id, resolution)
    const click = deps.describeClick(id, resolution, req)
    if (!resolution.limited) return follow(visit, resolution, click)
    return later(visit, deps.claimClick(resolution, click), (claim) =>
      claim === 'granted' ? follow(visit, resolution, click) : refuse(req, res, id, claim),
    )
  }
  const follow = (visit: Visit, link: CachedLink, click: ClickDraft) => {
    const lead = () => redirectTo(visit.req, visit.res, visit.id, link)
    deps.recordClick(click, () => run(visit, lead))
    return 'later' as const
  }
  return (slug, req, res) => {
    run({ slug, req, res, id: deps.newId(), startedAt: performance.now() }, begin)
  }
}

function rethrow(error: unknown): never {
  throw error
}

// One request: resolve, claim, record, answer. Every way out returns its outcome, so none can forget to be counted.
import type { IncomingMessage, ServerResponse } from 'node:http'
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
    const settle = (domain: string, resolution: Resolution | 'limited'): Outcome | 'later' => {
      if (resolution === 'absent') deps.recordOrphan(id, domain, slug, req)
      if (typeof resolution !== 'object') return refuse(req, res, id, resolution)
      const click = deps.describeClick(id, resolution, req)
      const follow = () => {
        deps.recordClick(click, () => run(() => redirectTo(req, res, id, resolution)))
        return 'later' as const
      }
      if (!resolution.limited) return follow()
      return later(deps.claimClick(resolution, click), (claim) =>
        claim === 'granted' ? follow() : refuse(req, res, id, claim),
      )
    }
    const later = <Value>(value: Promise<Value>, step: (value: Value) => Outcome | 'later') => {
      value.then(
        (known) => run(() => step(known)),
        (error: unknown) => run(() => rethrow(error)),
      )
      return 'later' as const
    }
    run(() => {
      const domain = deps.domainOfHost(req.headers.host)
      const known = deps.known(domain, slug)
      const level = deps.overload.level()
      if (level > 0 && deps.overload.sheds(known ?? deps.remembered(domain, slug)))
        return shed(res, level === 2)
      if (known !== undefined) return settle(domain, known)
      return later(deps.find(domain, slug, req), (found) => settle(domain, found))
    })
  }
}

function rethrow(error: unknown): never {
  throw error
}

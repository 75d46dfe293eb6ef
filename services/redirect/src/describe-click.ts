// From a request to what may be kept of it. Address, user agent and the path of the referrer end here, and of what was
// asked for all but the names of a campaign.
import type { IncomingMessage } from 'node:http'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { countingPolicyVersion, type Click } from '@sleepwell/contracts/click'
import { asksNotToBeFollowed, classifyAgent, isPrefetch } from './classify-agent.ts'
import type { ClientAddress } from './client-address.ts'
import { utmOf } from './utm.ts'
import type { VisitorIds } from './visitor-id.ts'

/** A click before the spool has numbered it. What is optional is undefined: all have one shape, which V8 is fastest at. */
export type ClickDraft = {
  readonly [Name in Exclude<keyof Click, 'spool' | 'seq' | 'at'>]: Click[Name]
}

export interface DescribeClickDeps {
  readonly clientAddress: ClientAddress
  readonly visitorId: VisitorIds['of']
  /** ISO 3166-1 alpha-2, or `unknown`. */
  readonly country: (address: string) => string
}

export type DescribeClick = (id: string, link: CachedLink, req: IncomingMessage) => ClickDraft

export function createDescribeClick(deps: DescribeClickDeps): DescribeClick {
  return (id, link, req) => {
    const userAgent = req.headers['user-agent'] ?? ''
    const address = deps.clientAddress(req)
    const agent = classifyAgent(userAgent)
    const visitor = asksNotToBeFollowed(req)
      ? undefined
      : deps.visitorId({ linkId: link.id, address, userAgent, atMs: Date.now() })
    return {
      type: 'click',
      id,
      linkId: link.id,
      ownerId: link.ownerId,
      policyVersion: countingPolicyVersion,
      bot: agent.bot || isPrefetch(req),
      country: deps.country(address),
      device: agent.device,
      browser: agent.browser,
      os: agent.os,
      visitor,
      referrerHost: hostOfReferrer(req.headers.referer),
      utm: utmOf(req.url ?? '', link),
    }
  }
}

function hostOfReferrer(referrer: string | undefined): string | undefined {
  if (referrer === undefined || !/^https?:/iu.test(referrer)) return undefined
  const host = URL.parse(referrer)?.hostname ?? ''
  return host === '' || host.length > 253 ? undefined : host
}

// For tests: the public port of a redirect, without what it depends on.
import { createServer } from 'node:http'
import { createDomains } from '@sleepwell/contracts/domain'
import type { DomainSetting } from '@sleepwell/contracts/domain-setting'
import { v7 as uuidv7 } from 'uuid'
import { createApp } from './app.ts'
import type { Claim } from './claim-click.ts'
import type { ClickDraft } from './describe-click.ts'
import { createFastLane } from './fast-lane.ts'
import { createInspect } from './inspect.ts'
import type { Outcome } from './indicators.ts'
import { createOverload } from './overload.ts'
import { createRedirect } from './redirect.ts'
import type { Resolution } from './resolve-link.ts'
import { noRules } from './test-link.ts'
import { draft } from './test-click.ts'

export const link = {
  id: '0199b3a0-0000-7000-8000-000000000001',
  ownerId: 'acme',
  destination: 'https://example.com/?q=%C3%BC',
  ...noRules,
  position: 1,
}

/** The public port of a redirect whose links all resolve to this, and whose claims all end like that. */
export function redirectServing(
  resolution: Resolution | (() => Promise<Resolution | 'limited'>),
  claim: Claim = 'granted',
  overload = createOverload(),
  domain: Partial<DomainSetting> = {},
) {
  const claims: string[] = []
  const outcomes: Outcome[] = []
  const clicks: ClickDraft[] = []
  const orphans: string[] = []
  const domains = createDomains('https://go.example', [
    { host: 'go.example', home: null, notFound: null, expired: null, ...domain },
  ])
  const asked = {
    domains,
    known: (): Resolution | undefined =>
      typeof resolution === 'function' ? undefined : resolution,
    remembered: () => undefined,
    find: async () => (typeof resolution === 'function' ? await resolution() : resolution),
    overload,
    failed: () => {},
    newId: uuidv7,
  }
  const redirect = createRedirect({
    ...asked,
    claimClick: async ({ id }) => {
      claims.push(id)
      return claim
    },
    describeClick: (id, { id: linkId, ownerId }) => ({ ...draft, id, linkId, ownerId }),
    recordClick: (draft, kept) => {
      clicks.push(draft)
      setImmediate(kept)
    },
    recordOrphan: (_id, domain, slug) => void orphans.push(`${domain}/${slug}`),
    answered: (outcome) => outcomes.push(outcome),
  })
  const inspect = createInspect({
    ...asked,
    claimClick: async (_link, { bot }) => {
      if (!bot) throw new Error('inspecting claims')
      return claim
    },
  })
  const app = createApp({
    destinationsOf: (host) => domains.destinationsOf(domains.ofHost(host)),
    failed: () => {},
    newId: uuidv7,
  })
  const server = createServer(createFastLane(redirect, inspect, app))
  return { server, outcomes, clicks, orphans, claims }
}

import { allows } from '@sleepwell/contracts/api-key'
import { bulkBodies, bulkItems } from '@sleepwell/contracts/bulk'
import type { bulkRoutes } from '@sleepwell/contracts/bulk-routes'
import { BulkLink } from '@sleepwell/contracts/link'
import { probeLink } from '@sleepwell/contracts/probe-link'
import type { Handlers } from '@sleepwell/runtime/api-routes'
import type { Caller } from './authenticate.ts'
import type { LinkDomains } from './link-domains.ts'
import type { BulkDeps } from './bulk.ts'
import { attempt, failed } from './bulk-outcome.ts'
import { readBody } from './read-body.ts'
import { readChanges, readManyLink } from './read-link.ts'
import { mutationOf, reachOf } from './read-request.ts'
import { refuse } from './refuse.ts'
import { sendAnswer } from './send-answer.ts'

export interface BulkHandlerDeps extends BulkDeps {
  readonly domains: LinkDomains
  readonly now: () => number
}

export function bulkHandlers(deps: BulkHandlerDeps): Handlers<typeof bulkRoutes, Caller> {
  const { domains } = deps
  return {
    createLinks: async ({ req, res, holder }) => {
      const request = mutationOf(req, holder, req.body)
      const { mode, upsert, links } = readBody(bulkBodies.create, req.body)
      if (upsert && !allows(holder, 'links:write'))
        refuse('forbidden', { detail: 'upsert needs links:write.' })
      const now = deps.now()
      const items = links.map((link) => attempt(() => readManyLink(BulkLink, link, domains, now)))
      sendAnswer(res, await deps.createLinks(request, holder.ownerId, items, { mode, upsert }))
    },
    updateLinks: async ({ req, res, holder }) => {
      const request = mutationOf(req, holder, req.body)
      const { mode, links } = readBody(bulkBodies.update, req.body)
      const [now, reach] = [deps.now(), reachOf(holder)]
      const items = links.map((link) =>
        attempt(() => {
          const { id, version, set } = readBody(bulkItems.update, link)
          const changes = readChanges(set, domains, now)
          if (changes.blocked !== undefined && reach !== null)
            return failed('forbidden', 'Blocking needs admin.')
          return isProbe(id) ? failed('link_not_found') : { id, version, changes }
        }),
      )
      sendAnswer(res, await deps.updateLinks(request, reach, items, mode))
    },
    deleteLinks: async ({ req, res, holder }) => {
      const request = mutationOf(req, holder, req.body)
      const { mode, links } = readBody(bulkBodies.delete, req.body)
      const items = links.map((link) =>
        attempt(() => {
          const { id, version } = readBody(bulkItems.delete, link)
          return isProbe(id) ? failed('link_not_found') : { id, version }
        }),
      )
      sendAnswer(res, await deps.deleteLinks(request, holder.ownerId, items, mode))
    },
  }
}

// Whatever happened to the link that monitors follow, somebody would be woken.
function isProbe(id: string): boolean {
  return id.toLowerCase() === probeLink.id
}

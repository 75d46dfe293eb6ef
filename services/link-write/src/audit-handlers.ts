import { type AuditEntry, RevertLink } from '@sleepwell/contracts/audit'
import type { auditRoutes } from '@sleepwell/contracts/audit-routes'
import type { Handlers } from '@sleepwell/runtime/api-routes'
import type { Response } from 'express'
import type { EntriesFound, EntryFilter } from './audit-table.ts'
import type { Caller } from './authenticate.ts'
import type { Mutated, MutationRequest } from './idempotency.ts'
import type { Cursors, ListIdentity } from './cursors.ts'
import { placeOf } from './list-handlers.ts'
import { readBody } from './read-body.ts'
import { refuseOwner } from './read-key.ts'
import { ifMatchOf, linkIdOf, mutationOf, reachOf, type Versions } from './read-request.ts'
import { refuse } from './refuse.ts'
import { sendAnswer } from './send-answer.ts'
import type { ShowEntries } from './show-audit.ts'

export interface AuditDeps {
  readonly cursors: Cursors
  readonly findEntries: (
    filter: EntryFilter,
    limit: number,
    below: number | null,
  ) => Promise<EntriesFound>
  readonly showEntries: ShowEntries
  /** Living or deleted; an owner that is null: of everybody. */
  readonly isLinkOf: (ownerId: string | null, id: string) => Promise<boolean>
  readonly revertLink: (
    request: MutationRequest,
    ownerId: string | null,
    id: string,
    versions: Versions,
    version: number,
  ) => Promise<Mutated>
}

export function createAuditHandlers(deps: AuditDeps): Handlers<typeof auditRoutes, Caller> {
  const send = async (
    res: Response,
    filter: EntryFilter,
    { limit, cursor, ...asked }: Readonly<Record<string, unknown>> & Page,
    path: string,
  ) => {
    const list: ListIdentity = ['audit', filter]
    const place = await placeOf(deps.cursors, list, cursor)
    const below = place === 'start' ? null : Number(place.value)
    const found = await deps.findEntries(filter, limit, below)
    const nextCursor =
      found.below === null ? null : await deps.cursors.write(list, { value: found.below, id: '' })
    if (nextCursor !== null) {
      const given = Object.entries(asked).filter(([, value]) => value !== undefined)
      const query = new URLSearchParams({
        limit: String(limit),
        ...(Object.fromEntries(given) as Record<string, string>),
        cursor: nextCursor,
      })
      res.set('Link', `<${path}?${query.toString()}>; rel="next"`)
    }
    const entries: AuditEntry[] = await deps.showEntries(found.entries)
    res.set('Cache-Control', 'no-store').json({ entries, nextCursor })
  }
  return {
    listHistory: async ({ req, res, holder, query }) => {
      const id = linkIdOf(req)
      if (!(await deps.isLinkOf(reachOf(holder), id))) refuse('link_not_found')
      await send(res, { ownerId: null, subjectId: id }, query, `/v1/links/${id}/history`)
    },
    listAuditLog: async ({ res, holder, query }) => {
      if (query.ownerId !== undefined) refuseOwner(holder, query.ownerId)
      const { subjectId, keyId, action } = query
      const filter = {
        ownerId: query.ownerId ?? reachOf(holder),
        subjectId,
        keyId,
        action,
        from: query.from === undefined ? undefined : new Date(query.from),
        to: query.to === undefined ? undefined : new Date(query.to),
      }
      await send(res, filter, query, '/v1/audit-log')
    },
    revertLink: async ({ req, res, holder }) => {
      const id = linkIdOf(req)
      const request = mutationOf(req, holder, req.body)
      const { version } = readBody(RevertLink, req.body)
      const versions = ifMatchOf(req)
      if (versions === 'absent') refuse('if_match_required')
      sendAnswer(res, await deps.revertLink(request, reachOf(holder), id, versions, version))
    },
  }
}

interface Page {
  readonly limit: number
  readonly cursor?: string | undefined
}

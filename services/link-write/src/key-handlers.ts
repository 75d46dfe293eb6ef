import type { KeyPage } from '@sleepwell/contracts/key'
import type { keyRoutes } from '@sleepwell/contracts/key-routes'
import type { Handlers } from '@sleepwell/runtime/api-routes'
import type { Caller } from './authenticate.ts'
import type { KeyChanging } from './change-key.ts'
import type { Cursors } from './cursors.ts'
import type { KeyPlace, StoredKey } from './key-table.ts'
import { placeOf } from './list-handlers.ts'
import { readKeyChanges, readNewKey, readOverlap, refuseOwner } from './read-key.ts'
import { ifMatchOf, keyIdOf, mutationOf, reachOf, versionsOf } from './read-request.ts'
import { refuse } from './refuse.ts'
import { sendAnswer } from './send-answer.ts'
import { showKey } from './show-key.ts'
import { etagOf } from './show-link.ts'

export interface KeyDeps extends KeyChanging {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly cursors: Cursors
  /** An owner that is null: of everybody. */
  readonly findKey: (ownerId: string | null, id: string) => Promise<StoredKey | 'absent'>
  readonly listKeys: (
    ownerId: string | null,
    limit: number,
    after: KeyPlace | 'start',
  ) => Promise<StoredKey[]>
}

export function createKeyHandlers(deps: KeyDeps): Handlers<typeof keyRoutes, Caller> {
  return {
    createKey: async ({ req, res, holder }) => {
      const request = mutationOf(req, holder, req.body)
      sendAnswer(res, await deps.createKey(request, readNewKey(req.body, holder, deps.now())))
    },
    listKeys: async ({ res, holder, query: { limit, cursor, ownerId } }) => {
      if (ownerId !== undefined) refuseOwner(holder, ownerId)
      const whose = ownerId ?? reachOf(holder)
      const list = ['keys', whose]
      const place = await placeOf(deps.cursors, list, cursor)
      const after =
        place === 'start' ? place : { createdAtMicros: Number(place.value), id: place.id }
      // One more than asked for tells whether there is a next page.
      const keys = await deps.listKeys(whose, limit + 1, after)
      const shown = keys.slice(0, limit)
      const last = keys.length > limit ? shown.at(-1) : undefined
      const nextCursor =
        last === undefined
          ? null
          : await deps.cursors.write(list, { value: last.createdAtMicros, id: last.id })
      if (nextCursor !== null) {
        const only = ownerId === undefined ? '' : `&ownerId=${ownerId}`
        res.set('Link', `</v1/keys?limit=${limit}${only}&cursor=${nextCursor}>; rel="next"`)
      }
      const page: KeyPage = { keys: shown.map(showKey), nextCursor }
      res.set('Cache-Control', 'no-store').json(page)
    },
    findOwnKey: async ({ res, holder }) => {
      const key = await deps.findKey(holder.ownerId, holder.keyId)
      if (key === 'absent') refuse('unauthenticated')
      res.set('Cache-Control', 'no-store').json(showKey(key))
    },
    findKey: async ({ req, res, holder }) => {
      const key = await deps.findKey(reachOf(holder), keyIdOf(req))
      if (key === 'absent') refuse('key_not_found')
      // Its ETag is for If-Match: with the same one, lastUsedAt may be another.
      delete req.headers['if-none-match']
      res.set({ ETag: etagOf(key.version), 'Cache-Control': 'no-store' }).json(showKey(key))
    },
    updateKey: async ({ req, res, holder }) => {
      const id = keyIdOf(req)
      const request = mutationOf(req, holder, req.body)
      const changes = readKeyChanges(req.body, holder, deps.now())
      const versions = ifMatchOf(req)
      if (versions === 'absent') refuse('if_match_required')
      sendAnswer(res, await deps.updateKey(request, holder, id, versions, changes))
    },
    rotateKey: async ({ req, res, holder }) => {
      const id = keyIdOf(req)
      const request = mutationOf(req, holder, req.body ?? null)
      const overlap = readOverlap(req.body)
      sendAnswer(res, await deps.rotateKey(request, holder, id, versionsOf(req), overlap))
    },
    revokeKey: async ({ req, res, holder }) => {
      const id = keyIdOf(req)
      const request = mutationOf(req, holder, null)
      sendAnswer(res, await deps.revokeKey(request, holder, id, versionsOf(req)))
    },
  }
}

import { allows } from '@sleepwell/contracts/api-key'
import { CreateKey, RotateKey, UpdateKey } from '@sleepwell/contracts/key'
import type { Caller } from './authenticate.ts'
import { type NewKey, refuseBeyond } from './change-key.ts'
import type { KeyChanges } from './key-table.ts'
import { expiryOf, readBody } from './read-body.ts'
import { refuse } from './refuse.ts'

/** Body of `POST /v1/keys`. */
export function readNewKey(body: unknown, caller: Caller, now: number): NewKey {
  const { ownerId = caller.ownerId, ...key } = readBody(CreateKey, body)
  refuseOwner(caller, ownerId)
  refuseBeyond(caller, key.scopes)
  refuseQuota(caller, key.requestsPerMinute)
  return {
    ownerId,
    name: key.name,
    scopes: key.scopes,
    expiresAt: expiryOf(key.expiresAt, now) ?? null,
    // Who has less than others makes nobody who has more.
    requestsPerMinute: key.requestsPerMinute ?? (isAdmin(caller) ? null : caller.requestsPerMinute),
  }
}

/** Body of `PATCH /v1/keys/{id}`. */
export function readKeyChanges(body: unknown, caller: Caller, now: number): KeyChanges {
  const { expiresAt, ...changes } = readBody(UpdateKey, body)
  refuseBeyond(caller, changes.scopes ?? [])
  refuseQuota(caller, changes.requestsPerMinute)
  return { ...changes, expiresAt: expiryOf(expiresAt, now) }
}

/** Body of `POST /v1/keys/{id}/rotate`, which may be left out. */
export function readOverlap(body: unknown): number {
  return readBody(RotateKey, body ?? {}).overlapSeconds
}

export function refuseOwner(caller: Caller, ownerId: string): void {
  if (ownerId !== caller.ownerId && !isAdmin(caller))
    refuse('forbidden', { detail: 'Another owner needs admin.' })
}

function refuseQuota(caller: Caller, requestsPerMinute: number | null | undefined): void {
  if (requestsPerMinute !== undefined && !isAdmin(caller))
    refuse('forbidden', { detail: 'requestsPerMinute needs admin.' })
}

function isAdmin(caller: Caller): boolean {
  return allows(caller, 'admin')
}

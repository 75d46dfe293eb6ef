// What a request says beside its body. Every reader refuses what it does not understand.
import { allows, type KeyHolder } from '@sleepwell/contracts/api-key'
import { ExternalId } from '@sleepwell/contracts/link-fields'
import { probeLink } from '@sleepwell/contracts/probe-link'
import type { Request } from 'express'
import { validate } from 'uuid'
import type { MutationRequest } from './idempotency.ts'
import { refuse } from './refuse.ts'

/** The owner whose links the key reads and changes; null: everybody's, so that abuse can be stopped. */
export function reachOf(holder: KeyHolder): string | null {
  return allows(holder, 'admin') ? null : holder.ownerId
}

export function linkIdOf(req: Request): string {
  const { id } = req.params
  // Whatever happened to the link that monitors follow, somebody would be woken.
  const reachable = typeof id === 'string' && validate(id) && id !== probeLink.id
  return reachable ? id : refuse('link_not_found')
}

export function keyIdOf(req: Request): string {
  const { id } = req.params
  return typeof id === 'string' && validate(id) ? id : refuse('key_not_found')
}

export function externalIdOf(req: Request): string {
  const { externalId } = req.params
  const parsed = ExternalId.safeParse(externalId)
  if (parsed.success) return parsed.data
  const message = parsed.error.issues[0]?.message ?? 'is none'
  return refuse('parameter_invalid', { errors: [{ pointer: 'externalId', message }] })
}

/** @param body as far as it matters: with one Idempotency-Key it must be the same again */
export function mutationOf(req: Request, { keyId }: KeyHolder, body: unknown): MutationRequest {
  const idempotencyKey = req.get('Idempotency-Key')
  if (idempotencyKey !== undefined && !/^[\u0020-\u007e]{1,255}$/u.test(idempotencyKey))
    refuse('idempotency_key_invalid')
  const { method, path } = req
  return { keyId, idempotencyKey, method, path, body }
}

export type Versions = readonly number[] | 'any'

/** Where no `If-Match` is needed. */
export function versionsOf(req: Request): Versions {
  const given = ifMatchOf(req)
  return given === 'absent' ? 'any' : given
}

/** The versions that `If-Match` names; what is no strong ETag of ours matches none. */
export function ifMatchOf(req: Request): Versions | 'absent' {
  const text = req.get('If-Match')
  if (text === undefined) return 'absent'
  if (text.trim() === '*') return 'any'
  return text.split(',').flatMap((tag) => {
    const version = /^\s*"([1-9]\d{0,8})"\s*$/u.exec(tag)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}

// What a request says beside its body. Every reader refuses what it does not understand.
import { allows, type KeyHolder, type Scope } from '@sleepwell/contracts/api-key'
import { probeLink } from '@sleepwell/contracts/probe-link'
import type { Request, RequestHandler, Response } from 'express'
import { validate } from 'uuid'
import { readCursor } from './cursor.ts'
import type { MutationRequest } from './idempotency.ts'
import type { ListPlace } from './link-table.ts'
import { refuse } from './refuse.ts'

export function holderOf(res: Response): KeyHolder {
  const { holder } = res.locals as { holder?: KeyHolder }
  return holder ?? refuse('unauthenticated')
}

/** The owner whose links the key reads and changes; null: everybody's, so that abuse can be stopped. */
export function reachOf(res: Response): string | null {
  const holder = holderOf(res)
  return allows(holder, 'admin') ? null : holder.ownerId
}

export function requires(scope: Scope): RequestHandler {
  return (_req, res, next) => {
    if (!allows(holderOf(res), scope)) refuse('forbidden', { detail: `It needs ${scope}.` })
    next()
  }
}

/** Refuses every query parameter but `known`, and those given twice. */
export function takes(...known: string[]): RequestHandler {
  return (req, _res, next) => {
    const wrong = Object.entries(req.query)
      .filter(([name, value]) => !known.includes(name) || typeof value !== 'string')
      .map(([name]) => ({ pointer: name, message: 'unknown, or given twice' }))
    if (wrong.length > 0) refuse('unknown_parameter', { errors: wrong.slice(0, 20) })
    next()
  }
}

export function linkIdOf(req: Request): string {
  const { id } = req.params
  // Whatever happened to the link that monitors follow, somebody would be woken.
  const reachable = typeof id === 'string' && validate(id) && id !== probeLink.id
  return reachable ? id : refuse('link_not_found')
}

const maxLimit = 100

export function limitOf(req: Request): number {
  const text = req.query.limit ?? '20'
  const limit = typeof text === 'string' && /^\d{1,3}$/u.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= maxLimit) return limit
  const errors = [{ pointer: 'limit', message: `must be 1 to ${maxLimit}` }]
  return refuse('parameter_invalid', { errors })
}

export function placeOf(req: Request): ListPlace | 'start' {
  const { cursor } = req.query
  if (cursor === undefined) return 'start'
  const place = typeof cursor === 'string' ? readCursor(cursor) : 'invalid'
  return place === 'invalid' ? refuse('bad_cursor') : place
}

/** @param body as far as it matters: with one Idempotency-Key it must be the same again */
export function mutationOf(req: Request, res: Response, body: unknown): MutationRequest {
  const idempotencyKey = req.get('Idempotency-Key')
  if (idempotencyKey !== undefined && !/^[\u0020-\u007e]{1,255}$/u.test(idempotencyKey))
    refuse('idempotency_key_invalid')
  const { method, path } = req
  return { keyId: holderOf(res).keyId, idempotencyKey, method, path, body }
}

/** The versions that `If-Match` names; what is no strong ETag of ours matches none. */
export function ifMatchOf(req: Request): readonly number[] | 'any' | 'absent' {
  const text = req.get('If-Match')
  if (text === undefined) return 'absent'
  if (text.trim() === '*') return 'any'
  return text.split(',').flatMap((tag) => {
    const version = /^\s*"([1-9]\d{0,8})"\s*$/u.exec(tag)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}

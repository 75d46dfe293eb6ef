// An effect and the answer to it are one commit: whoever repeats a request after a crash, a timeout or a lost answer
// either makes its effect happen for the first time or is told what was answered then.
import { createHash } from 'node:crypto'
import type { ProblemCode } from '@sleepwell/contracts/problem'
import { inTransaction } from '@sleepwell/runtime/postgres'
import type { Pool, PoolClient } from 'pg'
import {
  type Answer,
  beginMutation,
  findAnswer,
  insertAnswer,
  type StoredAnswer,
} from './answer-table.ts'
import { conflictOf } from './conflict.ts'

export interface MutationRequest {
  readonly keyId: string
  readonly idempotencyKey: string | undefined
  readonly method: string
  readonly path: string
  readonly body: unknown
}

export type Mutated = (Answer & { readonly replayed: boolean }) | ProblemCode

/** What an effect is answered with. `once` is part of the body for whoever made it, and of no replay. */
export interface Effect extends Answer {
  readonly once?: object
}

export type Mutate = (
  request: MutationRequest,
  effect: (client: PoolClient) => Promise<Effect | ProblemCode>,
) => Promise<Mutated>

/** Thrown, so that whatever was done before it ends with the transaction. */
class Refused extends Error {
  readonly problem: ProblemCode
  constructor(problem: ProblemCode) {
    super('refused')
    this.problem = problem
  }
}

/**
 * Runs each effect in one transaction, in the name of the key. Of one that ends in a problem nothing is left; answers are kept only if
 * there was an effect.
 */
export function createMutate(postgres: Pool): Mutate {
  const mutate: Mutate = (request, effect) =>
    inTransaction(postgres, async (client) => {
      const { keyId, idempotencyKey } = request
      if (!(await beginMutation(client, keyId, idempotencyKey))) return 'request_in_progress'
      if (idempotencyKey === undefined) return notReplayed(made(await effect(client)))
      const requestHash = hashOf(request)
      const stored = await findAnswer(client, keyId, idempotencyKey)
      if (stored !== 'absent') {
        if (!stored.requestHash.equals(requestHash)) return 'idempotency_key_reused'
        return replayOf(stored)
      }
      const answer = made(await effect(client))
      await insertAnswer(client, keyId, idempotencyKey, { ...answer, requestHash })
      return notReplayed(answer)
    })
  return async (request, effect) => {
    try {
      return await mutate(request, effect)
    } catch (error) {
      if (error instanceof Refused) return error.problem
      const conflict = conflictOf(error)
      if (conflict === undefined) throw error
      return conflict
    }
  }
}

export type FindReplay = (request: MutationRequest) => Promise<Mutated | 'absent'>

/** What the same request was answered with, if it was made before. */
export function createFindReplay(postgres: Pool): FindReplay {
  return async (request) => {
    const { keyId, idempotencyKey } = request
    if (idempotencyKey === undefined) return 'absent'
    const stored = await findAnswer(postgres, keyId, idempotencyKey)
    if (stored === 'absent' || !stored.requestHash.equals(hashOf(request))) return 'absent'
    return replayOf(stored)
  }
}

function replayOf({ status, headers, body }: StoredAnswer): Mutated {
  return { status, headers, body, replayed: true }
}

function made(effect: Effect | ProblemCode): Effect {
  if (typeof effect === 'string') throw new Refused(effect)
  return effect
}

function notReplayed({ status, headers, body, once }: Effect): Mutated {
  return {
    status,
    headers,
    body: once === undefined ? body : { ...body, ...once },
    replayed: false,
  }
}

function hashOf({ method, path, body }: MutationRequest): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([method, path, body]))
    .digest()
}

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

/** Runs each effect in one transaction, in the name of the key; answers are kept only if there was an effect. */
export function createMutate(postgres: Pool): Mutate {
  const mutate: Mutate = (request, effect) =>
    inTransaction(postgres, async (client) => {
      const { keyId, idempotencyKey } = request
      if (!(await beginMutation(client, keyId, idempotencyKey))) return 'request_in_progress'
      if (idempotencyKey === undefined) return notReplayed(await effect(client))
      const requestHash = hashOf(request)
      const stored = await findAnswer(client, keyId, idempotencyKey)
      if (stored !== 'absent') {
        if (!stored.requestHash.equals(requestHash)) return 'idempotency_key_reused'
        return replayOf(stored)
      }
      const made = await effect(client)
      if (typeof made !== 'string')
        await insertAnswer(client, keyId, idempotencyKey, { ...made, requestHash })
      return notReplayed(made)
    })
  return async (request, effect) => {
    try {
      return await mutate(request, effect)
    } catch (error) {
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

function notReplayed(made: Effect | ProblemCode): Mutated {
  if (typeof made === 'string') return made
  const { status, headers, body, once } = made
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

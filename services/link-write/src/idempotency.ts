// An effect and the answer to it are one commit: whoever repeats a request after a crash, a timeout or a lost answer
// either makes its effect happen for the first time or is told what was answered then.
import { createHash } from 'node:crypto'
import type { ProblemCode } from '@sleepwell/contracts/problem'
import { inTransaction } from '@sleepwell/runtime/postgres'
import type { Pool, PoolClient } from 'pg'
import { type Answer, findAnswer, insertAnswer, lockAnswer } from './answer-table.ts'

export interface MutationRequest {
  readonly keyId: string
  readonly idempotencyKey: string | undefined
  readonly method: string
  readonly path: string
  readonly body: unknown
}

export type Mutated = (Answer & { readonly replayed: boolean }) | ProblemCode

export type Mutate = (
  request: MutationRequest,
  effect: (client: PoolClient) => Promise<Answer | ProblemCode>,
) => Promise<Mutated>

/** Runs each effect in one transaction; answers are kept only if there was an effect. */
export function createMutate(postgres: Pool): Mutate {
  return (request, effect) =>
    inTransaction(postgres, async (client) => {
      const { keyId, idempotencyKey } = request
      if (idempotencyKey === undefined) return notReplayed(await effect(client))
      if (!(await lockAnswer(client, keyId, idempotencyKey))) return 'request_in_progress'
      const requestHash = hashOf(request)
      const stored = await findAnswer(client, keyId, idempotencyKey)
      if (stored !== 'absent') {
        if (!stored.requestHash.equals(requestHash)) return 'idempotency_key_reused'
        const { status, headers, body } = stored
        return { status, headers, body, replayed: true }
      }
      const answer = await effect(client)
      if (typeof answer !== 'string')
        await insertAnswer(client, keyId, idempotencyKey, { ...answer, requestHash })
      return notReplayed(answer)
    })
}

function notReplayed(answer: Answer | ProblemCode): Mutated {
  return typeof answer === 'string' ? answer : { ...answer, replayed: false }
}

function hashOf({ method, path, body }: MutationRequest): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([method, path, body]))
    .digest()
}

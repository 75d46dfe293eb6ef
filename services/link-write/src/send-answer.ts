import { problem } from '@sleepwell/contracts/problem'
import { ids } from '@sleepwell/runtime/express-api'
import { sendProblem } from '@sleepwell/runtime/send-problem'
import type { Response } from 'express'
import type { Mutated } from './idempotency.ts'

/** What became of a mutation. */
export function sendAnswer(res: Response, mutated: Mutated): void {
  if (typeof mutated === 'string') {
    if (mutated === 'request_in_progress') res.set('Retry-After', '1')
    sendProblem(res, problem(mutated, ids(res)))
    return
  }
  res.status(mutated.status).set(mutated.headers).set('Cache-Control', 'no-store')
  if (mutated.replayed) res.set('Idempotency-Replayed', 'true')
  if (mutated.body === null) res.end()
  else res.json(mutated.body)
}

import type { BulkResult } from '@sleepwell/contracts/bulk'
import type { Link } from '@sleepwell/contracts/link'
import { type Problem, problem, type ProblemCode } from '@sleepwell/contracts/problem'
import { Refusal } from '@sleepwell/runtime/express-api'
import type { Answer } from './answer-table.ts'

export type Mode = 'atomic' | 'best-effort'

/** What became of one item. */
export type Outcome =
  | { readonly status: 200 | 201; readonly link: Link }
  | { readonly status: 204 }
  | Problem

export function isProblem(outcome: object): outcome is Problem {
  return 'code' in outcome
}

/** What is refused by being thrown, as a value. */
export function attempt<T extends object>(read: () => T): T | Problem {
  try {
    return read()
  } catch (error) {
    if (error instanceof Refusal) return error.problem as Problem
    throw error
  }
}

export function failed(code: ProblemCode, detail?: string): Problem {
  return problem(code, detail === undefined ? {} : { detail })
}

/** The answer to a call; throws where all of it has to be undone. */
export function answerOf(mode: Mode, outcomes: readonly Outcome[]): Answer {
  const items = outcomes.flatMap((outcome, index) =>
    isProblem(outcome) ? [{ index, problem: outcome }] : [],
  )
  if (mode === 'atomic' && items.length > 0) {
    const detail = `${items.length} of ${outcomes.length} links cannot be done, so none is.`
    throw new Refusal(problem('bulk_failed', { detail, items }))
  }
  const body = {
    succeeded: outcomes.length - items.length,
    failed: items.length,
    results: outcomes.map((outcome, index) =>
      isProblem(outcome)
        ? { index, status: outcome.status, problem: outcome }
        : { index, ...outcome },
    ),
  }
  return { status: items.length === 0 ? 200 : 207, headers: {}, body: body satisfies object }
}

export type { BulkResult }

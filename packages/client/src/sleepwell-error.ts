import type { Problem, ProblemCode } from '@sleepwell/contracts/problem'

/** What a refusal says, or why there was none: nobody answered, not in time, or nobody whom we know. */
export type ErrorCode = ProblemCode | 'unreachable' | 'timeout' | 'unexpected_answer'

/** Every failure of a call but an abort by the caller. Switch on `code`. */
export class SleepwellError extends Error {
  override name = 'SleepwellError'
  readonly code: ErrorCode
  /** 0: there was no answer. */
  readonly status: number
  readonly problem: Problem | undefined
  /** In the logs of the service. */
  readonly requestId: string | undefined
  readonly retryAfterSeconds: number | undefined
  constructor(
    code: ErrorCode,
    message: string,
    more: {
      readonly status?: number
      readonly problem?: Problem | undefined
      readonly requestId?: string | undefined
      readonly retryAfterSeconds?: number | undefined
      readonly cause?: unknown
    } = {},
  ) {
    super(message, { cause: more.cause })
    this.code = code
    this.status = more.status ?? 0
    this.problem = more.problem
    this.requestId = more.requestId
    this.retryAfterSeconds = more.retryAfterSeconds
  }
}

/** @param text body of an answer that is not a good one */
export function errorOf(answer: Response, text: string): SleepwellError {
  const { status, headers } = answer
  const more = {
    status,
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: retryAfterIn(headers),
  }
  const problem = problemIn(headers, text)
  if (problem === undefined)
    return new SleepwellError('unexpected_answer', `answered ${status}, and does not say why`, more)
  return new SleepwellError(problem.code, messageOf(problem), { ...more, problem })
}

/** In seconds, or as a date, for which the clock of who says it counts. */
function retryAfterIn(headers: Headers): number | undefined {
  const again = headers.get('retry-after') ?? ''
  if (/^\d+$/u.test(again)) return Number(again)
  const now = Date.parse(headers.get('date') ?? '') || Date.now()
  const seconds = Math.ceil((Date.parse(again) - now) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds)
}

function problemIn(headers: Headers, text: string): Problem | undefined {
  if (headers.get('content-type')?.startsWith('application/problem+json') !== true) return undefined
  try {
    const problem = JSON.parse(text) as Problem
    return typeof problem.code === 'string' ? problem : undefined
  } catch {
    return undefined
  }
}

function messageOf({ title, detail, errors = [] }: Problem): string {
  const first = errors[0]
  const where = first === undefined ? '' : ` (${first.pointer}: ${first.message})`
  return `${title}${where}${detail === undefined ? '' : `. ${detail}`}`
}

import type { ServerResponse } from 'node:http'

/** RFC 9457, as any catalogue of problems gives it. */
export interface ProblemDocument {
  readonly status: number
  readonly code: string
}

/** The refusals that this package itself has to utter; a service passes its catalogue. */
export type RuntimeProblem =
  | 'malformed_request'
  | 'request_timeout'
  | 'headers_too_large'
  | 'bad_host'
  | 'bad_json'
  | 'bad_request'
  | 'unknown_parameter'
  | 'parameter_invalid'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'not_found'
  | 'method_not_allowed'
  | 'unauthenticated'
  | 'key_expired'
  | 'forbidden'
  | 'rate_limited'
  | 'internal'
  | 'unavailable'

export type ProblemCatalogue = (
  code: RuntimeProblem,
  details?: {
    readonly detail?: string
    readonly requestId?: string
    readonly errors?: readonly { readonly pointer: string; readonly message: string }[]
  },
) => ProblemDocument

/** Seconds after which a client may try again what failed for want of a dependency. */
const retryAfterSeconds = 1

export function sendProblem(res: ServerResponse, problem: ProblemDocument): void {
  const body = JSON.stringify(problem)
  res.statusCode = problem.status
  res.setHeader('Content-Type', 'application/problem+json')
  res.setHeader('Content-Length', Buffer.byteLength(body))
  res.setHeader('Cache-Control', 'no-store')
  if (problem.status === 503 && !res.hasHeader('Retry-After'))
    res.setHeader('Retry-After', retryAfterSeconds)
  if (problem.status === 401) res.setHeader('WWW-Authenticate', 'Bearer')
  res.end(res.req.method === 'HEAD' ? undefined : body)
}

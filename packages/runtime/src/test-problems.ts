import type { ProblemCatalogue, RuntimeProblem } from './send-problem.ts'

/** A catalogue for tests: this package knows no service's own. */
export const testProblem: ProblemCatalogue = (code, details = {}) => ({
  status: statuses[code],
  code,
  ...details,
})

const statuses: Readonly<Record<RuntimeProblem, number>> = {
  malformed_request: 400,
  bad_host: 400,
  bad_json: 400,
  bad_request: 400,
  unknown_parameter: 400,
  parameter_invalid: 400,
  unauthenticated: 401,
  key_expired: 401,
  forbidden: 403,
  rate_limited: 429,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  body_too_large: 413,
  unsupported_media_type: 415,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
}

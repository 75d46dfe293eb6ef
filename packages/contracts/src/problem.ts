/**
 * Every way in which an answer can be a refusal: one catalogue for all services, RFC 9457. Codes are stable: clients
 * switch on them.
 */
export const problems = {
  malformed_request: [400, 'The request is not well-formed HTTP'],
  bad_host: [400, 'The request must carry exactly one valid Host header'],
  bad_json: [400, 'The body is not valid JSON'],
  bad_request: [400, 'The request is not valid'],
  request_interrupted: [400, 'The request was broken off'],
  unknown_parameter: [400, 'The query has a parameter that this route does not know'],
  parameter_invalid: [400, 'A query parameter has a value that this route does not take'],
  bad_cursor: [400, 'The cursor is not one that this service handed out'],
  unauthenticated: [401, 'A valid API key is required'],
  not_signed_in: [401, 'Sign in first'],
  sign_in_link_used: [401, 'The sign-in link has been used, or is too old'],
  key_expired: [401, 'The API key has expired'],
  other_site: [403, 'The request comes from a page of another site'],
  forbidden: [403, 'The API key lacks the scope that this route needs'],
  not_found: [404, 'There is nothing at this path'],
  link_not_found: [404, 'There is no such link'],
  job_not_found: [404, 'There is no such job'],
  alias_not_found: [404, 'The link has no such alias'],
  version_not_found: [404, 'There is no such version of the link, or it is no longer kept'],
  key_not_found: [404, 'There is no such API key'],
  method_not_allowed: [405, 'This path does not take that method'],
  request_timeout: [408, 'The request did not arrive in time'],
  slug_taken: [409, 'Another link has this slug'],
  key_revoked: [409, 'The API key is revoked, and stays so'],
  external_id_taken: [409, 'Another link has this externalId'],
  request_in_progress: [409, 'A request with this Idempotency-Key is still running'],
  link_gone: [410, 'This link is no longer available'],
  restore_too_late: [410, 'The link was deleted too long ago to be restored'],
  link_blocked: [410, 'This link has been blocked'],
  version_mismatch: [412, 'It has changed since it was read'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The body must be application/json'],
  file_invalid: [422, 'The file cannot be read'],
  bulk_failed: [422, 'Some of the links cannot be done, so none is'],
  invalid_body: [422, 'The body does not have the shape that this route takes'],
  destination_invalid: [422, 'The destination is not an absolute http or https URL'],
  destination_scheme: [422, 'The destination must be an http or https URL'],
  destination_too_long: [422, 'The destination is too long'],
  destination_own_host: [422, 'The destination leads back to this service'],
  destination_blocked: [422, 'The destination is on the blocklist of this service'],
  domain_unknown: [422, 'Short links cannot live on this domain'],
  domain_fixed: [422, 'A link stays on its domain'],
  expires_in_past: [422, 'The expiry must lie in the future'],
  starts_after_expiry: [422, 'The start must lie before the expiry'],
  limited_link_cached: [422, 'A link with maxClicks cannot have cacheSeconds'],
  slug_invalid: [422, 'The slug has characters that a slug cannot have'],
  slug_blocked: [422, 'This slug was that of a link that has been blocked'],
  slug_reserved: [422, 'This slug is reserved'],
  too_many_aliases: [422, 'The link has as many aliases as it can have; give one up first'],
  idempotency_key_invalid: [400, 'The Idempotency-Key must be 1 to 255 printable characters'],
  idempotency_key_reused: [422, 'This Idempotency-Key was used with a different request'],
  query_too_broad: [422, 'Too many links would have to be looked at'],
  range_invalid: [422, 'The time range is not valid'],
  range_too_wide: [422, 'The time range is too wide for clicks one by one'],
  timezone_unknown: [422, 'The timezone is not an IANA time zone'],
  if_match_required: [428, 'Send If-Match with the ETag of what you read'],
  rate_limited: [429, 'This API key has made all the requests that it may make for now'],
  too_many_sign_ins: [429, 'Too many attempts to sign in'],
  too_many_unknown: [429, 'Too many unknown links were asked for'],
  headers_too_large: [431, 'The request headers are too large'],
  internal: [500, 'Something went wrong here'],
  unavailable: [503, 'Temporarily unavailable, safe to try again'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ProblemCode = keyof typeof problems

/** One thing that is wrong with the input. `pointer` is a JSON Pointer into the body, or a parameter's name. */
export interface ProblemError {
  readonly pointer: string
  readonly message: string
}

/** `application/problem+json`. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail?: string
  readonly requestId?: string
  readonly errors?: readonly ProblemError[]
  /** Of a call for many links: those that could not be done. */
  readonly items?: readonly { readonly index: number; readonly problem: Problem }[]
}

export type ProblemDetails = Partial<Pick<Problem, 'detail' | 'requestId' | 'errors' | 'items'>>

export function problem(code: ProblemCode, details: ProblemDetails = {}): Problem {
  const [status, title] = problems[code]
  return { type: `urn:sleepwell:problem:${code}`, title, status, code, ...details }
}

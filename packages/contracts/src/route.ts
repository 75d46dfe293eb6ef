import type { z } from 'zod'
import type { AnswerHeader, RequestHeader } from './answer-headers.ts'
import type { Scope } from './api-key.ts'
import type { ProblemCode } from './problem.ts'

export interface RouteAnswer {
  readonly description: string
  /** Absent: there is no body. */
  readonly schema?: z.ZodType
  /** `application/json` unless said otherwise. */
  readonly mediaType?: string | readonly string[]
  /** Beside those that follow: X-Request-Id, and what mutations have. */
  readonly headers?: readonly AnswerHeader[]
}

/** One route of an API: what serves it, and what its documents say of it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With parameters in braces, as OpenAPI has them: `/v1/links/{id}`. */
  readonly path: string
  readonly summary: string
  /** What the summary leaves out. */
  readonly description?: string
  /** null: every key may. */
  readonly scope: Scope | null
  /** Scopes that it takes beside that one. */
  readonly alsoNeeds?: readonly Scope[]
  readonly query?: z.ZodObject
  /** Request headers with a meaning here; every mutation takes `Idempotency-Key` too. */
  readonly headers?: readonly RequestHeader[]
  readonly body?: z.ZodType
  /** Nothing is as good as `{}`. */
  readonly mayLackBody?: true
  /** Its body is a file of one of these types, taken as it arrives. */
  readonly upload?: readonly string[]
  /** Its body may be long. */
  readonly largeBody?: boolean
  /** By status. */
  readonly answers: Readonly<Record<number, RouteAnswer>>
  /** Beside those that every route has. */
  readonly problems: readonly ProblemCode[]
}

export type Routes = Readonly<Record<string, Route>>

/** Routes to which a key has only so many requests a minute. */
export function limited<Table extends Routes>(table: Table): Table {
  const routes = Object.entries(table).map(
    ([name, route]) => [name, { ...route, problems: [...route.problems, 'rate_limited'] }] as const,
  )
  return Object.fromEntries(routes) as unknown as Table
}

export function isMutation({ method }: Pick<Route, 'method'>): boolean {
  return method !== 'GET'
}

/** Every code that a request to the route can be answered with. */
export function problemsOf(route: Route): readonly ProblemCode[] {
  return [
    ...ofEveryRoute,
    ...(route.query === undefined ? [] : (['parameter_invalid'] as const)),
    ...(isMutation(route) ? ofMutations : []),
    ...(route.path.includes('{') ? (['not_found'] as const) : []),
    ...route.problems,
  ]
}

const ofEveryRoute = [
  'malformed_request',
  'bad_host',
  'bad_request',
  'unknown_parameter',
  'unauthenticated',
  'key_expired',
  'forbidden',
  'request_timeout',
  'headers_too_large',
  'internal',
  'unavailable',
] as const satisfies readonly ProblemCode[]

const ofMutations = [
  'bad_json',
  'body_too_large',
  'unsupported_media_type',
  'idempotency_key_invalid',
  'idempotency_key_reused',
  'request_in_progress',
] as const satisfies readonly ProblemCode[]

// Routes out of a table: what a request must be allowed to do and may ask is read there, so a handler meets only what fits.
import { type Request, type Response, Router } from 'express'
import type { z } from 'zod'
import { methodNotAllowed, Refusal } from './express-api.ts'
import type { ProblemCatalogue } from './send-problem.ts'

export interface ServedRoute<Scope extends string> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With parameters in braces: `/v1/links/{id}`. */
  readonly path: string
  /** null: every key may. */
  readonly scope: Scope | null
  /** Scopes that it takes beside that one. */
  readonly alsoNeeds?: readonly Scope[]
  readonly query?: z.ZodObject
  /** Its body is a file of one of these types, taken as it arrives. */
  readonly upload?: readonly string[]
  /** Its body may be long. */
  readonly largeBody?: boolean
}

export interface Call<Holder, Query> {
  readonly req: Request
  readonly res: Response
  readonly holder: Holder
  readonly query: Query
}

type QueryOf<One> = One extends { readonly query: infer Query extends z.ZodType }
  ? z.output<Query>
  : Readonly<Record<string, never>>

export type Handlers<Table, Holder> = {
  readonly [Name in keyof Table]: (call: Call<Holder, QueryOf<Table[Name]>>) => void | Promise<void>
}

export interface RouteRules<Scope, Holder> {
  readonly problem: ProblemCatalogue
  readonly allows: (holder: Holder, scope: Scope) => boolean
}

const maxErrors = 20

/** Another method on one of the paths is 405. */
export function createRoutes<
  Scope extends string,
  Holder extends object,
  Table extends Readonly<Record<string, ServedRoute<Scope>>>,
>(
  table: Table,
  handlers: Handlers<Table, Holder>,
  { problem, allows }: RouteRules<Scope, Holder>,
): Router {
  // Each path has one spelling.
  const router = Router({ caseSensitive: true })
  const serve = (name: keyof Table, route: ServedRoute<Scope>) => {
    const handle = handlers[name] as (call: Call<Holder, unknown>) => unknown
    return async (req: Request, res: Response) => {
      const { holder } = res.locals as { holder?: Holder }
      if (holder === undefined) throw new Refusal(problem('unauthenticated'))
      for (const scope of [route.scope, ...(route.alsoNeeds ?? [])])
        if (scope !== null && !allows(holder, scope))
          throw new Refusal(problem('forbidden', { detail: `It needs ${scope}.` }))
      await handle({ req, res, holder, query: readQuery(req.query, route.query, problem) })
    }
  }
  for (const path of pathsOf(table)) {
    const pattern = patternOf(path)
    for (const [name, route] of Object.entries(table))
      if (route.path === path) router[methodOf(route.method)](pattern, serve(name, route))
    router.all(pattern, methodNotAllowed(problem, allowedOn(path, table)))
  }
  return router
}

/** Those without parameters first, whatever the order of the table: `count` is no id. */
function pathsOf(table: Readonly<Record<string, ServedRoute<string>>>): string[] {
  const paths = [...new Set(Object.values(table).map((route) => route.path))]
  return paths.toSorted((one, other) => Number(one.includes('{')) - Number(other.includes('{')))
}

/** As Express and our numbers have a path: `/v1/links/:id`. */
export function patternOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/gu, ':$1')
}

/** What body a request has: JSON, much of it, or a file that its handler reads itself. */
export function bodiesOf(table: Readonly<Record<string, ServedRoute<string>>>) {
  const kinds = new Map<string, 'file' | 'long' | 'short'>(
    Object.values(table).map(({ method, path, largeBody, upload }) => {
      const kind = upload !== undefined ? 'file' : largeBody === true ? 'long' : 'short'
      return [`${method} ${path}`, kind] as const
    }),
  )
  return ({ method, path }: Pick<Request, 'method' | 'path'>) =>
    kinds.get(`${method} ${path}`) ?? 'short'
}

/** As our numbers have routes: `GET /v1/links/:id`. */
export function labelsOf(table: Readonly<Record<string, ServedRoute<string>>>): string[] {
  return Object.values(table).map(({ method, path }) => `${method} ${patternOf(path)}`)
}

/** A misspelt parameter must not be one that is left out. */
function readQuery(
  given: Readonly<Record<string, unknown>>,
  schema: z.ZodObject | undefined,
  problem: ProblemCatalogue,
): unknown {
  const known = Object.keys(schema?.shape ?? {})
  const refuse = (code: 'unknown_parameter' | 'parameter_invalid', errors: ParameterError[]) => {
    throw new Refusal(problem(code, { errors: errors.slice(0, maxErrors) }))
  }
  const wrong = Object.entries(given)
    .filter(([name, value]) => !known.includes(name) || typeof value !== 'string')
    .map(([name]) => ({ pointer: name, message: 'unknown, or given twice' }))
  if (wrong.length > 0) refuse('unknown_parameter', wrong)
  const parsed = schema?.safeParse({ ...given })
  if (parsed?.error === undefined) return parsed?.data ?? {}
  return refuse(
    'parameter_invalid',
    parsed.error.issues.map(({ path: [name], message }) => ({ pointer: String(name), message })),
  )
}

interface ParameterError {
  readonly pointer: string
  readonly message: string
}

function allowedOn(path: string, table: Readonly<Record<string, ServedRoute<string>>>): string {
  const methods = Object.values(table).flatMap((route) => (route.path === path ? route.method : []))
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].toSorted().join(', ')
}

function methodOf(method: ServedRoute<string>['method']) {
  return method.toLowerCase() as Lowercase<typeof method>
}

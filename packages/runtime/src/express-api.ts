import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Response,
  type Router,
} from 'express'
import { v7 as uuidv7 } from 'uuid'
import { errorFields, type Logger } from './log.ts'
import {
  sendProblem,
  type ProblemCatalogue,
  type ProblemDocument,
  type RuntimeProblem,
} from './send-problem.ts'
import { isUnavailable } from './unavailable.ts'

export { isUnavailable } from './unavailable.ts'

export interface ApiOptions<Holder extends object> {
  readonly routes: Router
  /** Middleware for every request, such as security headers. */
  readonly before: readonly RequestHandler[]
  readonly problem: ProblemCatalogue
  readonly log: Logger
  /**
   * Whose key it is; handlers find the holder in `res.locals.holder`, and in `res.locals.identifyAgain` how to ask anew
   * while an answer goes on.
   */
  readonly identify: (key: string) => Promise<KeyOutcome<Holder>>
  /** `route` is the pattern, never the path; `seconds` from the request head to the end of the answer. */
  readonly answered: (route: string, status: number, seconds: number) => void
}

/** What the store of keys says. `unavailable`: it did not answer, which tells nothing about the key. */
export type KeyOutcome<Holder> = Holder | 'unknown' | 'expired' | 'unavailable'

/** A refusal that a handler throws because nothing is left to do; the answer is its problem document. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly problem: ProblemDocument
  constructor(problem: ProblemDocument) {
    super(problem.code)
    this.problem = problem
  }
}

const maxBody = '16kb'

/** An Express app as both APIs have it: request id, one log line, bearer key, JSON body, problem documents. */
export function createApi<Holder extends object>(options: ApiOptions<Holder>): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
  app.use(observe(options))
  for (const middleware of options.before) app.use(middleware)
  // Not case-sensitive, as no router below is by default: /V1 must not be a way around the key.
  app.use('/v1', authenticate(options))
  app.use(requireJson(options.problem))
  app.use(express.json({ limit: maxBody, strict: false, type: () => true }))
  app.use(options.routes)
  app.use((_req, res) => sendProblem(res, options.problem('not_found', ids(res))))
  app.use(failed(options))
  return app
}

/** For the last handler of a path: another method is 405, with `Allow`. */
export function methodNotAllowed(problem: ProblemCatalogue, allow: string): RequestHandler {
  return (_req, res) => {
    res.setHeader('Allow', allow)
    sendProblem(res, problem('method_not_allowed', ids(res)))
  }
}

export function ids(res: Response): { requestId: string } {
  return { requestId: String(res.locals.requestId) }
}

function observe(options: Pick<ApiOptions<object>, 'log' | 'answered'>): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now()
    const requestId = uuidv7()
    res.locals.requestId = requestId
    res.setHeader('X-Request-Id', requestId)
    res.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1000
      const route = typeof req.route?.path === 'string' ? `${req.method} ${req.route.path}` : 'none'
      const { broken } = res.locals as { broken?: boolean }
      const status = res.writableFinished ? res.statusCode : broken === true ? 500 : 499
      options.answered(route, status, seconds)
      options.log.info({ requestId, route, status, ms: Math.round(seconds * 1000) }, 'answered')
    })
    next()
  }
}

function authenticate<Holder extends object>(options: ApiOptions<Holder>): RequestHandler {
  return async (req, res, next) => {
    const refuse = (code: RuntimeProblem) => sendProblem(res, options.problem(code, ids(res)))
    const key = /^bearer +(\S+) *$/iu.exec(req.headers.authorization ?? '')?.[1]
    if (key === undefined) return refuse('unauthenticated')
    const holder = await options.identify(key)
    switch (holder) {
      case 'unknown':
        return refuse('unauthenticated')
      case 'expired':
        return refuse('key_expired')
      case 'unavailable':
        return refuse('unavailable')
      default:
        res.locals.holder = holder
        res.locals.identifyAgain = () => options.identify(key)
        next()
    }
  }
}

function requireJson(problem: ProblemCatalogue): RequestHandler {
  return (req, res, next) => {
    const hasBody =
      req.headers['transfer-encoding'] !== undefined ||
      Number(req.headers['content-length'] ?? 0) > 0
    if (hasBody && !req.is('application/json'))
      return sendProblem(res, problem('unsupported_media_type', ids(res)))
    next()
  }
}

/** The last resort: what the body parser and the router refuse, and what nobody expected. */
function failed(options: Pick<ApiOptions<object>, 'log' | 'problem'>): ErrorRequestHandler {
  return (error: unknown, _req, res, _next) => {
    if (res.headersSent || res.destroyed) {
      options.log.error({ ...ids(res), ...errorFields(error) }, 'answer broken off')
      return void res.destroy()
    }
    if (error instanceof Refusal) return sendProblem(res, { ...error.problem, ...ids(res) })
    const code = codeFor(error)
    if (code === 'internal')
      options.log.error({ ...ids(res), ...errorFields(error) }, 'request failed')
    if (code === 'unavailable')
      options.log.warn({ ...ids(res), ...errorFields(error) }, 'database unavailable')
    sendProblem(res, options.problem(code, ids(res)))
  }
}

function codeFor(error: unknown): RuntimeProblem {
  if (isUnavailable(error)) return 'unavailable'
  const { type, status } = Object(error) as { type?: unknown; status?: unknown }
  if (type === 'entity.parse.failed') return 'bad_json'
  if (type === 'entity.too.large') return 'body_too_large'
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return 'unsupported_media_type'
  return typeof status === 'number' && status >= 400 && status < 500 ? 'bad_request' : 'internal'
}

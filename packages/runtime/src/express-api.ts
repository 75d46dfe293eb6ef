import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
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
  /** What body it may have; absent: a short one. A file is left to the handler. */
  readonly bodyOf?: (req: Request) => 'short' | 'long' | 'file'
  /** Middleware for every request, such as security headers. */
  readonly before: readonly RequestHandler[]
  readonly problem: ProblemCatalogue
  readonly log: Logger
  /**
   * Whose key it is; handlers find the holder in `res.locals.holder`, and in `res.locals.identifyAgain` how to ask anew
   * while an answer goes on.
   */
  readonly identify: (key: string) => Promise<KeyOutcome<Holder>>
  /** Counts a request of the holder; `'uncounted'` where nobody can tell, which refuses nobody. Absent: there is no limit. */
  readonly takeRequest?: (holder: Holder) => Promise<Taken | 'uncounted'>
  /** `route` is the pattern, never the path; `seconds` from the request head to the end of the answer. */
  readonly answered: (route: string, status: number, seconds: number) => void
}

/** What the store of keys says. `unavailable`: it did not answer, which tells nothing about the key. */
export type KeyOutcome<Holder> = Holder | 'unknown' | 'expired' | 'unavailable'

/** What of its quota a key has left. */
export interface Taken {
  readonly isRefused: boolean
  readonly quota: number
  readonly windowSeconds: number
  readonly left: number
  /** Until there is all of it again. */
  readonly resetSeconds: number
}

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
/** Of routes that take much in one call. */
const maxLongBody = '8mb'
/** For all of a body, but for files. */
const bodyMs = 10_000

/** An Express app as both APIs have it: request id, one log line, bearer key, JSON body, problem documents. */
export function createApi<Holder extends object>(options: ApiOptions<Holder>): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
  app.use(observeRequests(options))
  for (const middleware of options.before) app.use(middleware)
  // Not case-sensitive, as no router below is by default: /V1 must not be a way around the key.
  app.use('/v1', authenticate(options))
  app.use(readBody(options))
  app.use(options.routes)
  app.use((_req, res) => sendProblem(res, options.problem('not_found', ids(res))))
  app.use(answerFailures(options))
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

/** Gives each request an id, and tells of it when it is answered. */
export function observeRequests(
  options: Pick<ApiOptions<object>, 'log' | 'answered'>,
): RequestHandler {
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
        if (await isRefused(res, holder, options.takeRequest)) return refuse('rate_limited')
        res.locals.holder = holder
        res.locals.identifyAgain = () => options.identify(key)
        next()
    }
  }
}

/** Headers as draft-ietf-httpapi-ratelimit-headers has them, on every answer to a known key. */
async function isRefused<Holder extends object>(
  res: Response,
  holder: Holder,
  takeRequest: ApiOptions<Holder>['takeRequest'],
): Promise<boolean> {
  const taken = await takeRequest?.(holder)
  if (taken === undefined || taken === 'uncounted') return false
  const { quota, windowSeconds, left, resetSeconds } = taken
  res.setHeader('RateLimit-Policy', `"key";q=${quota};w=${windowSeconds}`)
  res.setHeader('RateLimit', `"key";r=${left};t=${resetSeconds}`)
  if (taken.isRefused) res.setHeader('Retry-After', resetSeconds)
  return taken.isRefused
}

/** Other bodies than files have to be JSON, and here in time. */
function readBody(options: Pick<ApiOptions<object>, 'problem' | 'bodyOf'>): RequestHandler {
  const { problem, bodyOf = () => 'short' } = options
  const [short, long] = [maxBody, maxLongBody].map((limit) =>
    express.json({ limit, strict: false, type: () => true }),
  )
  return (req, res, next) => {
    const kind = bodyOf(req)
    if (kind === 'file') return next()
    const hasBody =
      req.headers['transfer-encoding'] !== undefined ||
      Number(req.headers['content-length'] ?? 0) > 0
    if (!hasBody) return short?.(req, res, next)
    if (!req.is('application/json'))
      return sendProblem(res, problem('unsupported_media_type', ids(res)))
    const late = setTimeout(() => {
      res.setHeader('Connection', 'close')
      sendProblem(res, problem('request_timeout', ids(res)))
      res.once('finish', () => req.destroy())
    }, bodyMs)
    res.once('close', () => clearTimeout(late))
    const read = kind === 'long' ? long : short
    read?.(req, res, (error?: unknown) => {
      clearTimeout(late)
      if (!res.headersSent) next(error)
    })
  }
}

/** The last resort: what the body parser and the router refuse, and what nobody expected. */
export function answerFailures(
  options: Pick<ApiOptions<object>, 'log' | 'problem'>,
): ErrorRequestHandler {
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

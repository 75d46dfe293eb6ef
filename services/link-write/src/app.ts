import type { KeyHolder } from '@sleepwell/contracts/api-key'
import type { Domains } from '@sleepwell/contracts/domain'
import type { LinkPage } from '@sleepwell/contracts/link'
import { problem } from '@sleepwell/contracts/problem'
import {
  type ApiOptions,
  createApi,
  ids,
  isUnavailable,
  methodNotAllowed,
  Refusal,
} from '@sleepwell/runtime/express-api'
import { errorFields } from '@sleepwell/runtime/log'
import { sendProblem } from '@sleepwell/runtime/send-problem'
import { type ErrorRequestHandler, type Express, type Response, Router } from 'express'
import helmet from 'helmet'
import type { NewLink } from './create-link.ts'
import { cursorAt } from './cursor.ts'
import type { Mutated, MutationRequest } from './idempotency.ts'
import type { LinkChanges, ListPlace, StoredLink } from './link-table.ts'
import { readLinkChanges, readNewLink } from './read-link.ts'
import {
  holderOf,
  ifMatchOf,
  limitOf,
  linkIdOf,
  mutationOf,
  placeOf,
  reachOf,
  requires,
  takes,
} from './read-request.ts'
import { refuse } from './refuse.ts'
import { etagOf, showLink } from './show-link.ts'

type Versions = readonly number[] | 'any'

export interface AppDeps extends Pick<ApiOptions<KeyHolder>, 'log' | 'identify' | 'answered'> {
  readonly domains: Domains
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly createLink: (r: MutationRequest, ownerId: string, link: NewLink) => Promise<Mutated>
  /** An owner that is null: of everybody. */
  readonly findLink: (ownerId: string | null, id: string) => Promise<StoredLink | 'absent'>
  readonly listLinks: (
    ownerId: string,
    limit: number,
    after: ListPlace | 'start',
  ) => Promise<StoredLink[]>
  readonly updateLink: (
    request: MutationRequest,
    ownerId: string | null,
    id: string,
    versions: Versions,
    changes: LinkChanges,
  ) => Promise<Mutated>
  readonly deleteLink: (
    request: MutationRequest,
    ownerId: string,
    id: string,
    versions: Versions,
  ) => Promise<Mutated>
}

export function createApp(deps: AppDeps): Express {
  const { log, identify, answered } = deps
  return createApi({
    routes: routes(deps),
    before: [securityHeaders()],
    problem,
    log,
    identify,
    answered,
  })
}

function routes(deps: AppDeps): Router {
  // Each path has one spelling.
  const router = Router({ caseSensitive: true })
  router
    .route('/v1/links')
    .post(requires('links:create'), takes(), async (req, res) => {
      const request = mutationOf(req, res, req.body)
      const link = readNewLink(req.body, deps.domains, deps.now())
      answer(res, await deps.createLink(request, holderOf(res).ownerId, link))
    })
    .get(requires('links:read'), takes('limit', 'cursor'), async (req, res) => {
      const limit = limitOf(req)
      // One more than asked for tells whether there is a next page.
      const links = await deps.listLinks(holderOf(res).ownerId, limit + 1, placeOf(req))
      sendPage(res, links, limit, deps.domains)
    })
    .all(methodNotAllowed(problem, 'GET, HEAD, POST'))
  router
    .route('/v1/links/:id')
    .get(requires('links:read'), takes(), async (req, res) => {
      const link = await deps.findLink(reachOf(res), linkIdOf(req))
      if (link === 'absent') refuse('link_not_found')
      // With the ETag set, Express answers 304 to an If-None-Match that has it.
      res.set({ ETag: etagOf(link.version), 'Cache-Control': 'private, no-cache' })
      res.json(showLink(link, deps.domains))
    })
    .patch(requires('links:write'), takes(), async (req, res) => {
      const id = linkIdOf(req)
      const request = mutationOf(req, res, req.body)
      const changes = readLinkChanges(req.body, deps.domains, deps.now())
      if (changes.blocked !== undefined && reachOf(res) !== null)
        refuse('forbidden', { detail: 'Blocking needs admin.' })
      const versions = ifMatchOf(req)
      if (versions === 'absent') refuse('if_match_required')
      answer(res, await deps.updateLink(request, reachOf(res), id, versions, changes))
    })
    .delete(requires('links:write'), takes(), async (req, res) => {
      const id = linkIdOf(req)
      const request = mutationOf(req, res, null)
      const given = ifMatchOf(req)
      const versions = given === 'absent' ? 'any' : given
      answer(res, await deps.deleteLink(request, holderOf(res).ownerId, id, versions))
    })
    .all(methodNotAllowed(problem, 'DELETE, GET, HEAD, PATCH'))
  router.use(indeterminate(deps))
  return router
}

function answer(res: Response, mutated: Mutated): void {
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

function sendPage(
  res: Response,
  links: readonly StoredLink[],
  limit: number,
  domains: Domains,
): void {
  const shown = links.slice(0, limit)
  const last = shown.at(-1)
  const nextCursor = links.length > limit && last !== undefined ? cursorAt(last) : null
  if (nextCursor !== null)
    res.set('Link', `</v1/links?limit=${limit}&cursor=${nextCursor}>; rel="next"`)
  const page: LinkPage = { links: shown.map((link) => showLink(link, domains)), nextCursor }
  res.set('Cache-Control', 'private, no-cache').json(page)
}

/** A mutation that the database did not answer may have happened all the same. */
function indeterminate({ log }: Pick<AppDeps, 'log'>): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (!isUnavailable(error) || req.method === 'GET' || req.method === 'HEAD') return next(error)
    log.warn({ ...ids(res), ...errorFields(error) }, 'database unavailable')
    const detail =
      'Whether the change was made is not known. Send the request again with the same Idempotency-Key: it is made once.'
    next(new Refusal(problem('unavailable', { detail })))
  }
}

function securityHeaders() {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], sandbox: [] },
    },
    frameguard: { action: 'deny' },
  })
}

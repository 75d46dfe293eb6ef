import { allows } from '@sleepwell/contracts/api-key'
import { linkWriteRoutes } from '@sleepwell/contracts/link-write-routes'
import { problem } from '@sleepwell/contracts/problem'
import { createRoutes, type Handlers, bodiesOf } from '@sleepwell/runtime/api-routes'
import {
  type ApiOptions,
  createApi,
  ids,
  isUnavailable,
  Refusal,
} from '@sleepwell/runtime/express-api'
import { errorFields } from '@sleepwell/runtime/log'
import type { ErrorRequestHandler, Express, RequestHandler, Response, Router } from 'express'
import helmet from 'helmet'
import { type AuditDeps, createAuditHandlers } from './audit-handlers.ts'
import type { Caller } from './authenticate.ts'
import { type BulkHandlerDeps, bulkHandlers } from './bulk-handlers.ts'
import type { NewLink } from './create-link.ts'
import type { FindReplay, Mutated, MutationRequest } from './idempotency.ts'
import { type JobHandlerDeps, jobHandlers } from './job-handlers.ts'
import { createKeyHandlers, type KeyDeps } from './key-handlers.ts'
import type { StoredLink } from './link-columns.ts'
import type { LinkDomains } from './link-domains.ts'
import type { LinkChanges } from './link-table.ts'
import { type ListDeps, listHandlers } from './list-handlers.ts'
import type { PutLinkRequest } from './put-link.ts'
import { qrHandlers } from './qr-handlers.ts'
import { readLinkChanges, readNewLink, readPutLink } from './read-link.ts'
import {
  externalIdOf,
  ifMatchOf,
  linkIdOf,
  mutationOf,
  reachOf,
  type Versions,
  versionsOf,
} from './read-request.ts'
import { refuse } from './refuse.ts'
import { type SlugDeps, slugHandlers } from './slug-handlers.ts'
import { sendAnswer } from './send-answer.ts'
import { showDomains } from './show-domains.ts'
import { etagOf, showLink } from './show-link.ts'

export interface AppDeps
  extends
    KeyDeps,
    AuditDeps,
    ListDeps,
    SlugDeps,
    BulkHandlerDeps,
    JobHandlerDeps,
    Pick<ApiOptions<Caller>, 'log' | 'identify' | 'takeRequest' | 'answered'> {
  /** What anybody may read of this API. */
  readonly documents: RequestHandler
  readonly domains: LinkDomains
  readonly findReplay: FindReplay
  readonly createLink: (r: MutationRequest, ownerId: string, link: NewLink) => Promise<Mutated>
  /** An owner that is null: of everybody. */
  readonly findLink: (ownerId: string | null, id: string) => Promise<StoredLink | 'absent'>
  readonly findByExternalId: (ownerId: string, externalId: string) => Promise<StoredLink | 'absent'>
  readonly putLink: (
    request: MutationRequest,
    ownerId: string,
    asked: PutLinkRequest,
  ) => Promise<Mutated>
  readonly restoreLink: (request: MutationRequest, ownerId: string, id: string) => Promise<Mutated>
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
  readonly deleteAlias: (
    request: MutationRequest,
    ownerId: string | null,
    id: string,
    slug: string,
    versions: Versions,
  ) => Promise<Mutated>
}

export function createApp(deps: AppDeps): Express {
  const { log, identify, takeRequest, answered, documents } = deps
  return createApi({
    routes: routes(deps),
    bodyOf: bodiesOf(linkWriteRoutes),
    before: [securityHeaders(), documents],
    problem,
    log,
    identify,
    ...(takeRequest !== undefined && { takeRequest }),
    answered,
  })
}

function routes(deps: AppDeps): Router {
  const { domains, now } = deps
  const handlers: Handlers<typeof linkWriteRoutes, Caller> = {
    ...createKeyHandlers(deps),
    listDomains: ({ res }) => {
      res.set('Cache-Control', 'private, no-cache').json(showDomains(domains))
    },
    ...createAuditHandlers(deps),
    createLink: async ({ req, res, holder }) => {
      const request = mutationOf(req, holder, req.body)
      const link = readNewLink(req.body, domains, now())
      if (link.findIfExists && !allows(holder, 'links:read'))
        refuse('forbidden', { detail: 'findIfExists needs links:read.' })
      const mayHaveBlockedSlug = reachOf(holder) === null
      const asked = { ...link, ...(mayHaveBlockedSlug && { mayHaveBlockedSlug }) }
      sendAnswer(res, await deps.createLink(request, holder.ownerId, asked))
    },
    ...listHandlers(deps),
    ...slugHandlers(deps),
    ...bulkHandlers(deps),
    ...jobHandlers(deps),
    ...qrHandlers(deps),
    findLink: async ({ req, res, holder }) => {
      const link = await deps.findLink(reachOf(holder), linkIdOf(req))
      sendLink(res, link, domains)
    },
    findByExternalId: async ({ req, res, holder }) => {
      sendLink(res, await deps.findByExternalId(holder.ownerId, externalIdOf(req)), domains)
    },
    putLink: async ({ req, res, holder }) => {
      const request = mutationOf(req, holder, req.body)
      const put = readPutLink(req.body, externalIdOf(req), domains, now())
      const asked = { ...put, versions: ifMatchOf(req) }
      sendAnswer(res, await deps.putLink(request, holder.ownerId, asked))
    },
    updateLink: async ({ req, res, holder }) => {
      const id = linkIdOf(req)
      const request = mutationOf(req, holder, req.body)
      const changes = readLinkChanges(req.body, domains, now())
      if (changes.blocked !== undefined && reachOf(holder) !== null)
        refuse('forbidden', { detail: 'Blocking needs admin.' })
      const versions = ifMatchOf(req)
      if (versions === 'absent') refuse('if_match_required')
      sendAnswer(res, await deps.updateLink(request, reachOf(holder), id, versions, changes))
    },
    deleteLink: async ({ req, res, holder }) => {
      const id = linkIdOf(req)
      const request = mutationOf(req, holder, null)
      sendAnswer(res, await deps.deleteLink(request, holder.ownerId, id, versionsOf(req)))
    },
    restoreLink: async ({ req, res, holder }) => {
      const id = linkIdOf(req)
      const request = mutationOf(req, holder, null)
      sendAnswer(res, await deps.restoreLink(request, holder.ownerId, id))
    },
    deleteAlias: async ({ req, res, holder }) => {
      const id = linkIdOf(req)
      const request = mutationOf(req, holder, null)
      const slug = String(req.params['alias'])
      sendAnswer(res, await deps.deleteAlias(request, reachOf(holder), id, slug, versionsOf(req)))
    },
  }
  const router = createRoutes(linkWriteRoutes, handlers, { problem, allows })
  router.use(repeated(deps), indeterminate(deps))
  return router
}

function sendLink(res: Response, link: StoredLink | 'absent', domains: LinkDomains): void {
  if (link === 'absent') refuse('link_not_found')
  // With the ETag set, Express answers 304 to an If-None-Match that has it.
  res.set({ ETag: etagOf(link.version), 'Cache-Control': 'private, no-cache' })
  res.json(showLink(link, domains))
}

/**
 * What is refused now may have been made when it was asked for first: the time that it names has come since, or the blocklist has
 * changed. Whoever repeats it hears what came of it.
 */
function repeated({ findReplay }: AppDeps): ErrorRequestHandler {
  return async (error: unknown, req, res, next) => {
    const { holder } = res.locals as { holder?: Caller }
    const isRefused = error instanceof Refusal && error.problem.code !== 'forbidden'
    if (!isRefused || holder === undefined || req.get('Idempotency-Key') === undefined)
      return next(error)
    const replay = await findReplay(mutationOf(req, holder, req.body ?? null))
    if (replay === 'absent') return next(error)
    sendAnswer(res, replay)
  }
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

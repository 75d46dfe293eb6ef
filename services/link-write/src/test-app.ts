// For tests: the app on closures, as somebody with every scope unless said otherwise.
import { expect } from '@jest/globals'
import type { Scope } from '@sleepwell/contracts/api-key'
import { createDomains } from '@sleepwell/contracts/domain'
import { problems } from '@sleepwell/contracts/problem'
import { createLog } from '@sleepwell/runtime/log'
import type request from 'supertest'
import { type AppDeps, createApp } from './app.ts'
import { createCursors } from './cursors.ts'

const log = createLog('test')
log.level = 'silent'
const now = Date.parse('2026-01-01T00:00:00Z')
export const id = '01936f1e-0000-7000-8000-000000000000'
export const path = `/v1/links/${id}`
export const destination = 'https://example.com/'
export const Authorization = 'Bearer any'

export function appWith(deps: Partial<AppDeps> = {}, scopes: readonly Scope[] = ['admin']) {
  return createApp({
    documents: (_req, _res, next) => next(),
    domains: { ...createDomains('https://go.example.com', []), entryAgainst: () => undefined },
    now: () => now,
    identify: async () => ({ keyId: 'k', ownerId: 'acme', scopes, requestsPerMinute: null }),
    createLink: async () => ({ status: 201, headers: {}, body: {}, replayed: false }),
    findReplay: async () => 'absent',
    findLink: async () => 'absent',
    findByExternalId: async () => 'absent',
    putLink: async () => ({ status: 200, headers: {}, body: {}, replayed: false }),
    restoreLink: async () => ({ status: 200, headers: {}, body: {}, replayed: false }),
    cursors: createCursors(async () => Buffer.from('k')),
    listLinks: async () => [],
    countLinks: async () => 0,
    findSlug: async () => 'absent',
    isSlugBlocked: async () => false,
    countTags: async () => [],
    exportPage: async () => [],
    openJob: async () => {},
    addRows: async () => {},
    dropJob: async () => {},
    startJob: async () => ({ status: 202, headers: {}, body: {}, replayed: false }),
    findJob: async () => 'absent',
    cancelJob: async () => ({ status: 200, headers: {}, body: {}, replayed: false }),
    listJobErrors: async () => [],
    createLinks: async () => ({ status: 200, headers: {}, body: {}, replayed: false }),
    updateLinks: async () => ({ status: 200, headers: {}, body: {}, replayed: false }),
    deleteLinks: async () => ({ status: 200, headers: {}, body: {}, replayed: false }),
    updateLink: async () => ({ status: 200, headers: {}, body: {}, replayed: false }),
    deleteLink: async () => ({ status: 204, headers: {}, body: null, replayed: false }),
    deleteAlias: async () => ({ status: 200, headers: {}, body: {}, replayed: false }),
    createKey: async () => ({ status: 201, headers: {}, body: {}, replayed: false }),
    findKey: async () => 'absent',
    listKeys: async () => [],
    updateKey: async () => ({ status: 200, headers: {}, body: {}, replayed: false }),
    rotateKey: async () => ({ status: 200, headers: {}, body: {}, replayed: false }),
    revokeKey: async () => ({ status: 204, headers: {}, body: null, replayed: false }),
    findEntries: async () => ({ entries: [], below: null }),
    showEntries: async () => [],
    isLinkOf: async () => false,
    revertLink: async () => ({ status: 200, headers: {}, body: {}, replayed: false }),
    answered: () => {},
    log,
    ...deps,
  })
}

export function expectProblem(response: request.Response, code: keyof typeof problems): void {
  expect(response.body).toMatchObject({ code, status: problems[code][0] })
  expect(response.status).toBe(problems[code][0])
  expect(response.headers['content-type']).toBe('application/problem+json')
  expect(response.body.requestId).toBe(response.headers['x-request-id'])
}

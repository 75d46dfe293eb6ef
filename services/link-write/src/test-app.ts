// For tests: the app on closures, as somebody with every scope unless said otherwise.
import { expect } from '@jest/globals'
import type { Scope } from '@sleepwell/contracts/api-key'
import { createDomains } from '@sleepwell/contracts/domain'
import { problems } from '@sleepwell/contracts/problem'
import { createLog } from '@sleepwell/runtime/log'
import type request from 'supertest'
import { type AppDeps, createApp } from './app.ts'

const log = createLog('test')
log.level = 'silent'
const now = Date.parse('2026-01-01T00:00:00Z')
export const id = '01936f1e-0000-7000-8000-000000000000'
export const path = `/v1/links/${id}`
export const destination = 'https://example.com/'
export const Authorization = 'Bearer any'

export function appWith(deps: Partial<AppDeps> = {}, scopes: readonly Scope[] = ['admin']) {
  return createApp({
    domains: createDomains('https://go.example.com', []),
    now: () => now,
    identify: async () => ({ keyId: 'k', ownerId: 'acme', scopes }),
    createLink: async () => ({ status: 201, headers: {}, body: {}, replayed: false }),
    findLink: async () => 'absent',
    listLinks: async () => [],
    updateLink: async () => ({ status: 200, headers: {}, body: {}, replayed: false }),
    deleteLink: async () => ({ status: 204, headers: {}, body: null, replayed: false }),
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

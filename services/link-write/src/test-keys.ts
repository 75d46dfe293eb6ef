import request from 'supertest'
import { openTestApi } from './test-api.ts'

export type Api = Awaited<ReturnType<typeof openTestApi>>

export const maker = ['keys:read', 'keys:write', 'links:read'] as const

export async function openKeys() {
  const api = await openTestApi()
  const Authorization = await api.bearer('acme', ...maker)
  return {
    ...api,
    Authorization,
    make: makes(api, Authorization),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

export function makes(api: Api, Authorization: string) {
  return (body: object = {}, headers: Record<string, string> = {}) =>
    request(api.origin)
      .post('/v1/keys')
      .set({ Authorization, ...headers })
      .send({ name: 'ci', scopes: ['links:read'], ...body })
}

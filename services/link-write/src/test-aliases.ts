import { Link } from '@sleepwell/contracts/link'
import request from 'supertest'
import { openTestApi } from './test-api.ts'

export const destination = 'https://example.com/spring'

/** What acme can do to its links, whatever their version. */
export async function openSlugs() {
  const api = await openTestApi()
  const Authorization = await api.bearer('acme', 'links:create', 'links:read', 'links:write')
  const headers = { Authorization, 'If-Match': '*' }
  const create = (slug: string, domain?: string) =>
    request(api.origin).post('/v1/links').set(headers).send({ destination, slug, domain })
  return {
    ...api,
    Authorization,
    create,
    made: async (slug: string, domain?: string) =>
      Link.parse((await create(slug, domain).expect(201)).body),
    read: (id: string) => request(api.origin).get(`/v1/links/${id}`).set(headers),
    patch: (id: string, body: object) =>
      request(api.origin).patch(`/v1/links/${id}`).set(headers).send(body),
    remove: (id: string) => request(api.origin).delete(`/v1/links/${id}`).set(headers),
    giveUp: (id: string, slug: string) =>
      request(api.origin).delete(`/v1/links/${id}/aliases/${slug}`).set(headers),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

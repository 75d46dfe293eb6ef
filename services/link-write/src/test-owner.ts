// For tests: what one owner does to links by the API.
import { Link } from '@sleepwell/contracts/link'
import request from 'supertest'
import { openTestApi } from './test-api.ts'

export type TestApi = Awaited<ReturnType<typeof openTestApi>>
type Body = Record<string, unknown>

export async function ownerOf(api: TestApi, ownerId = 'acme') {
  const Authorization = await api.bearer(ownerId, 'links:create', 'links:read', 'links:write')
  const headers = { Authorization }
  const to = request(api.origin)
  return {
    get: (path: string) => to.get(path).set(headers),
    post: (path: string, body: Body = {}, more: Body = {}) =>
      to
        .post(path)
        .set({ ...headers, ...more })
        .send(body),
    put: (path: string, body: Body, more: Body = {}) =>
      to
        .put(path)
        .set({ ...headers, ...more })
        .send(body),
    patch: (id: string, body: Body) =>
      to
        .patch(`/v1/links/${id}`)
        .set({ ...headers, 'If-Match': '*' })
        .send(body),
    remove: (id: string) => to.delete(`/v1/links/${id}`).set(headers).expect(204),
    restore: (id: string) => to.post(`/v1/links/${id}/restore`).set(headers),
    made: async (body: Body = {}): Promise<Link> => {
      const destination = 'https://example.com/'
      const { body: link } = await to
        .post('/v1/links')
        .set(headers)
        .send({ destination, ...body })
        .expect(201)
      return Link.parse(link)
    },
    /** Slugs of a list. */
    slugs: async (query: string): Promise<string[]> => {
      const { body } = await to.get(`/v1/links?${query}`).set(headers).expect(200)
      return (body as { links: Link[] }).links.map(({ slug }) => slug)
    },
  }
}

/** A database, the API on it, and acme. */
export async function openOwner(overrides: Parameters<typeof openTestApi>[0] = {}) {
  const api = await openTestApi(overrides)
  return { api, acme: await ownerOf(api), [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() }
}

export type TestOwner = Awaited<ReturnType<typeof ownerOf>>

/** Slugs of every page of a list, by `nextCursor`. */
export async function walk(owner: TestOwner, query: string): Promise<string[]> {
  const seen: string[] = []
  let cursor = ''
  for (;;) {
    const { body } = await owner.get(`/v1/links?${query}${cursor}`).expect(200)
    seen.push(...(body.links as Link[]).map(({ slug }) => slug))
    if (body.nextCursor === null) return seen
    cursor = `&cursor=${body.nextCursor}`
  }
}

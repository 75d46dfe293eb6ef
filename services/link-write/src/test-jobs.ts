// For tests: files of links, and what becomes of them.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@jest/globals'
import type { Scope } from '@sleepwell/contracts/api-key'
import type { Job, JobErrorPage } from '@sleepwell/contracts/job'
import type { Link } from '@sleepwell/contracts/link'
import request from 'supertest'
import { createCreateMany } from './bulk-create.ts'
import { mintSlug } from './mint-slug.ts'
import { startJobRunner } from './run-jobs.ts'
import { showLink } from './show-link.ts'
import type { TestApi } from './test-owner.ts'
import { silentLog } from './test-postgres.ts'

export const csv = 'text/csv'
export const ndjson = 'application/x-ndjson'

/** An owner of their own, so that tests do not see each other's links. */
export async function importerOf(api: TestApi, ownerId: string, ...scopes: Scope[]) {
  const held = scopes.length > 0 ? scopes : (['links:create', 'links:read', 'links:write'] as const)
  const headers = { Authorization: await api.bearer(ownerId, ...held) }
  const to = request(api.origin)
  const get = (path: string) => to.get(path).set(headers)
  const post = (
    type: string,
    body: string | Buffer,
    query = '',
    more: Record<string, string> = {},
  ) =>
    to
      .post(`/v1/jobs${query}`)
      .set({ ...headers, ...more })
      .type(type)
      .send(body)
  const job = async (id: string) => (await get(`/v1/jobs/${id}`).expect(200)).body as Job
  const finished = async (id: string) => {
    for (;;) {
      const now = await job(id)
      if (now.finishedAt !== null) return now
      await sleep(20)
    }
  }
  return {
    get,
    post,
    job,
    finished,
    cancel: (id: string) => to.post(`/v1/jobs/${id}/cancel`).set(headers),
    begun: async (type: string, body: string | Buffer, query = '') => {
      const answer = await post(type, body, query).expect(202)
      expect(answer.headers['location']).toBe(`/v1/jobs/${answer.body.id}`)
      return (answer.body as Job).id
    },
    errors: async (id: string) =>
      ((await get(`/v1/jobs/${id}/errors?limit=100`).expect(200)).body as JobErrorPage).errors,
    exported: async (format: 'csv' | 'ndjson') =>
      (await get(`/v1/links/export?format=${format}`).buffer(true).parse(textOf).expect(200))
        .body as string,
    links: async () =>
      ((await get('/v1/links?limit=100&archived=all').expect(200)).body as { links: Link[] }).links,
  }
}

function textOf(res: request.Response, done: (error: Error | null, text: unknown) => void): void {
  let text = ''
  const stream = res as unknown as NodeJS.ReadableStream
  stream.setEncoding('utf8')
  stream.on('data', (piece) => (text += String(piece)))
  stream.on('end', () => done(null, text))
}

export const runnerOf = ({ postgres, domains }: TestApi) => ({
  postgres,
  createMany: createCreateMany({ mintSlug, show: (link) => showLink(link, domains), domains }),
  domains,
  log: silentLog,
})

export const runningOn = (api: TestApi) => startJobRunner({ ...runnerOf(api), idleMs: 10 })

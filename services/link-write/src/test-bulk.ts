// For tests: calls for many links by acme.
import type { BulkResult } from '@sleepwell/contracts/bulk'
import request from 'supertest'
import { openOwner, type TestApi } from './test-owner.ts'

export const destination = 'https://example.com/'
export const bulk = '/v1/links/bulk'
type Body = Record<string, unknown>

export async function openBulk() {
  const world = await openOwner()
  const Authorization = await world.api.bearer('acme', 'links:create', 'links:read', 'links:write')
  const to = request(world.api.origin)
  const send = (method: 'post' | 'patch' | 'delete', body: Body, headers: Body = {}) =>
    to[method](bulk)
      .set({ Authorization, ...headers })
      .send(body)
  return { ...world, send }
}

const codes = ({ results }: BulkResult) =>
  results.map(({ status, problem }) => (problem === undefined ? status : problem.code))
export const codesOf = (body: unknown) => codes(body as BulkResult)

export async function count({ postgres }: TestApi, what = 'links where deleted_at is null') {
  const { rows } = await postgres.query<{ count: number }>(`select count(*) from ${what}`)
  return rows[0]?.count
}

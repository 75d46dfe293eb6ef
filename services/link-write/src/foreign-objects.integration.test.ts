// Every route that names something by its path, asked for what somebody else has. A route that is new has to be given its object here.
import { expect, test } from '@jest/globals'
import { scopes } from '@sleepwell/contracts/api-key'
import { Job } from '@sleepwell/contracts/job'
import { IssuedKey } from '@sleepwell/contracts/key'
import { Link } from '@sleepwell/contracts/link'
import { linkWriteRoutes } from '@sleepwell/contracts/link-write-routes'
import type { Route } from '@sleepwell/contracts/route'
import request from 'supertest'
import { openTestApi } from './test-api.ts'

const everyScope = scopes.filter((scope) => scope !== 'admin')
const routes = Object.entries(linkWriteRoutes as Readonly<Record<string, Route>>).filter(
  ([, { path }]) => path.includes('{'),
)

/** Names are of an owner: with another's, one makes a link of his own. */
const namesOneOfHisOwn = ['putLink']

test('what somebody else has is not there, on any route', async () => {
  await using api = await openTestApi()
  const acme = { Authorization: await api.bearer('acme') }
  const rival = { Authorization: await api.bearer('rival', ...everyScope), 'If-Match': '*' }
  const post = (path: string, body: object) =>
    request(api.origin).post(path).set(acme).send(body).expect(201)
  const link = Link.parse(
    (await post('/v1/links', { destination: 'https://example.com/', externalId: 'order-1' })).body,
  )
  const renamed = await request(api.origin)
    .patch(`/v1/links/${link.id}`)
    .set({ ...acme, 'If-Match': '*' })
    .send({ slug: 'renamed' })
    .expect(200)
  const key = IssuedKey.parse((await post('/v1/keys', { name: 'ci', scopes: ['links:read'] })).body)
  const job = await request(api.origin)
    .post('/v1/jobs')
    .set(acme)
    .type('text/csv')
    .send('destination\nhttps://example.com/row\n')
    .expect(202)
  const objects: Readonly<Record<string, string>> = {
    '/v1/links/{id}': `/v1/links/${link.id}`,
    '/aliases/{alias}': `/aliases/${link.slug}`,
    '/v1/links/by-external-id/{externalId}': '/v1/links/by-external-id/order-1',
    '/v1/jobs/{id}': `/v1/jobs/${Job.parse(job.body).id}`,
    '/v1/keys/{id}': `/v1/keys/${key.id}`,
  }
  const before = await stateOf(api)
  for (const [name, route] of routes) {
    const path = Object.entries(objects).reduce(
      (text, [pattern, one]) => text.replace(pattern, one),
      route.path,
    )
    expect([name, path]).toEqual([name, expect.not.stringContaining('{')])
    if (namesOneOfHisOwn.includes(name)) continue
    const verb = route.method.toLowerCase() as Lowercase<typeof route.method>
    const call = request(api.origin)[verb](path).set(rival)
    const [body] = (route.body?.meta()?.examples ?? []) as object[]
    const { status, body: answer } = await (body === undefined ? call : call.send(body))
    expect([name, status, answer.code]).toEqual([name, 404, expect.stringMatching(/_not_found$/u)])
    // Its own owner is answered.
    const own = request(api.origin)[verb](path).set(acme)
    if (route.method === 'GET') await own.expect(200)
  }
  expect(await stateOf(api)).toEqual(before)
  expect(renamed.body).toMatchObject({ aliases: [link.slug] })
})

/** Of acme, and who changed what. */
async function stateOf({ postgres }: Awaited<ReturnType<typeof openTestApi>>) {
  const { rows } = await postgres.query(`
    select (select json_agg(l order by id) from links l where owner_id = 'acme')::text as links,
      (select json_agg(k.version order by id) from keys k where owner_id = 'acme')::text as keys,
      (select count(*) from audit_log) as changes`)
  return rows
}

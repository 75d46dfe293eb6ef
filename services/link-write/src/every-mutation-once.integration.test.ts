// Out of the table of routes: whatever changes something, sent twice with one Idempotency-Key, changes it once.
import { expect, jest, test } from '@jest/globals'
import { linkWriteRoutes } from '@sleepwell/contracts/link-write-routes'
import { isMutation, type Route } from '@sleepwell/contracts/route'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { openTestApi } from './test-api.ts'
import { killBackendOf } from './test-postgres.ts'

jest.setTimeout(120_000)

type Api = Awaited<ReturnType<typeof openTestApi>>

const routes: readonly [string, Route][] = Object.entries(linkWriteRoutes)
const file = 'destination\nhttps://example.com/\n'
const destination = 'https://example.com/'

async function openCaller(api: Api) {
  const authorization = await api.bearer('acme', 'admin')
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers = {},
    type = 'application/json',
  ) => {
    const answer = await fetch(api.origin + path, {
      method,
      headers: {
        authorization,
        'if-match': '*',
        ...(body !== undefined && { 'content-type': type }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  const idOf = async (...words: Parameters<typeof call>) => {
    const { status, text } = await call(...words)
    expect({ status, text }).toMatchObject({ status: expect.any(Number) })
    return (JSON.parse(text) as { id: string }).id
  }
  return { call, idOf }
}

/** What the path of a route is filled with, made beforehand. */
async function placeOf(route: Route, { call, idOf }: Awaited<ReturnType<typeof openCaller>>) {
  if (!route.path.includes('{')) return route.path
  const link = () => idOf('POST', '/v1/links', { destination, slug: 'before', externalId: 'known' })
  const fill = (values: Readonly<Record<string, string>>) =>
    route.path.replaceAll(/\{(\w+)\}/gu, (_all, name: string) => values[name] ?? `no ${name}`)
  if (route.path.includes('{externalId}')) {
    await link()
    return fill({ externalId: 'known' })
  }
  if (route.path.startsWith('/v1/links/')) {
    const id = await link()
    if (route.path.endsWith('/restore')) await call('DELETE', `/v1/links/${id}`)
    if (route.path.includes('/aliases/')) await call('PATCH', `/v1/links/${id}`, { slug: 'after' })
    return fill({ id, slug: 'before', alias: 'before' })
  }
  if (route.path.startsWith('/v1/keys/'))
    return fill({ id: await idOf('POST', '/v1/keys', { name: 'n', scopes: ['links:read'] }) })
  if (route.path.startsWith('/v1/jobs/'))
    return fill({ id: await idOf('POST', '/v1/jobs', file, {}, 'text/csv') })
  throw new Error(`nothing is known of ${route.path}`)
}

/** Of everything that a mutation may leave behind. */
async function effects({ database }: Api) {
  const counts: Record<string, unknown> = {}
  for (const table of [
    'links',
    'link_changes',
    'audit_log',
    'keys',
    'job_chunks',
    'jobs',
    'jobs where finished_at is null',
  ])
    counts[table] = await database.count(table)
  return counts
}

const mutations = routes.filter(([, route]) => isMutation(route))

test('there are mutations to look at', () => expect(mutations.length).toBeGreaterThan(8))

/** A mutation whose first example is sent, again and again, under one Idempotency-Key. */
async function prepare(api: Api, route: Route) {
  const caller = await openCaller(api)
  const path = await placeOf(route, caller)
  const examples = route.body === undefined ? [] : z.globalRegistry.get(route.body)?.examples
  const [example] = (examples ?? []) as readonly unknown[]
  const [body, type] = route.upload === undefined ? [example] : [file, 'text/csv']
  return () => caller.call(route.method, path, body, { 'idempotency-key': 'once' }, type)
}

test.each(mutations)('%s', async (_name, route) => {
  await using api = await openTestApi()
  const send = await prepare(api, route)
  const before = await effects(api)

  const first = await send()
  expect({
    status: first.status,
    text: first.text,
    known: first.status in route.answers,
  }).toMatchObject({ known: true })
  const once = await effects(api)
  const again = await send()
  expect(again.status).toBe(first.status)
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  // Secrets are told once.
  const { secret: _secret, ...told } = JSON.parse(first.text || '{}') as { secret?: string }
  expect(JSON.parse(again.text || '{}')).toEqual(told)
  for (const name of ['etag', 'location'])
    expect(again.headers.get(name)).toBe(first.headers.get(name))
  expect(await effects(api)).toEqual(once)
  // An example for links that are not there changes nothing.
  if (first.status !== 207) expect(once).not.toEqual(before)
})

test.each(mutations)('%s, killed between effect and answer', async (_name, route) => {
  await using undisturbed = await openTestApi()
  const answer = await (await prepare(undisturbed, route))()
  const once = await effects(undisturbed)
  for (const when of ['before', 'after'] as const) {
    for (let nth = 1; ; nth++) {
      await using api = await openTestApi()
      const send = await prepare(api, route)
      const strike = strikeCommit(api, nth, when)
      const first = await send()
      if (!strike.struck()) {
        expect(nth).toBeGreaterThan(1)
        break
      }
      // What surely was not done may have been done again at once.
      expect([503, answer.status]).toContain(first.status)
      expect((await send()).status).toBe(answer.status)
      expect({ when, nth, ...(await effects(api)) }).toEqual({ when, nth, ...once })
    }
  }
})

/** Once: the server process dies before the nth commit, or the commit is made and nobody hears of it. */
function strikeCommit({ postgres, database }: Api, nth: number, when: 'before' | 'after') {
  let commits = 0
  const watched = new WeakSet<PoolClient>()
  postgres.on('acquire', (client) => {
    if (watched.has(client)) return
    watched.add(client)
    const query = client.query.bind(client)
    client.query = ((...words: Parameters<typeof query>) => {
      if (words[0] !== 'commit' || ++commits !== nth) return query(...words)
      const struck =
        when === 'before' ? killBackendOf(client, database.url('postgres')) : query('commit')
      return struck.then(() => Promise.reject(new Error('Query read timeout')))
    }) as typeof client.query
  })
  return { struck: () => commits >= nth }
}

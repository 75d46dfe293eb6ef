import { expect, test } from '@jest/globals'
import { openOwner, ownerOf } from './test-owner.ts'

const destination = 'https://example.com/spring?a=1'

test('a link that is there already is answered instead of a new one', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const ask = (body: object = {}) =>
    acme.post('/v1/links', { destination, findIfExists: true, ...body })
  const first = await ask().expect(201)
  const again = await ask({ destination: 'HTTPS://EXAMPLE.com/spring?a=1' }).expect(200)
  expect(again.body).toEqual(first.body)
  expect(again.headers.etag).toBe('"1"')
  const newest = await acme.made({ destination })
  expect((await ask().expect(200)).body.id).toBe(newest.id)

  await ask({ domain: 'sho.rt' }).expect(201)
  const rival = await ownerOf(api, 'rival')
  await rival.post('/v1/links', { destination, findIfExists: true }).expect(201)
})

test('by the same rules, and with what was given', async () => {
  await using world = await openOwner()
  const { acme } = world
  const ask = async (body: object = {}) =>
    (await acme.post('/v1/links', { destination, findIfExists: true, ...body })).status
  const link = await acme.made({ destination, slug: 's', title: 't', tags: ['b', 'a'], notes: 'n' })
  expect(await ask()).toBe(200)
  expect(await ask({ title: 't', tags: ['a', 'b'], notes: 'n', slug: 's' })).toBe(200)
  for (const other of [
    { title: 'other' },
    { tags: ['a'] },
    { notes: 'other' },
    { slug: 'other' },
    { externalId: 'other' },
    { archived: true },
    { redirectStatus: 301 },
    { expiresAt: '2099-01-01T00:00:00Z' },
    { preview: { title: 't' } },
    { expiredDestination: 'https://example.com/over' },
  ]) {
    expect([other, await ask(other)]).toEqual([other, 201])
    expect([other, await ask(other)]).toEqual([other, 200])
  }
  // Clicks of a limited link are for whoever had it made.
  for (let i = 0; i < 2; i++) expect(await ask({ maxClicks: 1 })).toBe(201)
  // None of those is what somebody wants who names no rules.
  await acme.remove(link.id)
  expect(await ask({ slug: 's' })).toBe(201)
})

test('a link that leads nowhere is not the one: deleted, expired, blocked or archived', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const ask = async () => (await acme.post('/v1/links', { destination, findIfExists: true })).status
  for (const change of [
    'deleted_at = now()',
    `expires_at = now() - interval '1 hour'`,
    'blocked_at = now()',
    'archived = true',
  ]) {
    expect([change, await ask()]).toEqual([change, 201])
    expect([change, await ask()]).toEqual([change, 200])
    await api.database.asOwner(`update links set ${change}`)
  }
})

test('of fifty at once one is made, and all are told of it', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => acme.post('/v1/links', { destination, findIfExists: true })),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(49)
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  const { rows } = await api.postgres.query('select count(*) from links')
  expect(rows).toEqual([{ count: 1 }])
})

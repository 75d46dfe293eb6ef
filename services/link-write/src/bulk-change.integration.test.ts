import { expect, test } from '@jest/globals'
import type { BulkResult } from '@sleepwell/contracts/bulk'
import { codesOf, count, destination, openBulk } from './test-bulk.ts'
import { ownerOf } from './test-owner.ts'

test('atomic: one that cannot be done, and none is', async () => {
  await using world = await openBulk()
  const { api, acme, send } = world
  const taken = await acme.made({ slug: 'taken' })
  const other = await acme.made()
  const created = await send('post', {
    links: [{ destination, slug: 'a' }, { destination, slug: 'taken' }, { destination: 'x' }],
  }).expect(422)
  expect(created.body).toMatchObject({
    code: 'bulk_failed',
    items: [
      { index: 1, problem: { code: 'slug_taken', status: 409 } },
      { index: 2, problem: { code: 'destination_invalid' } },
    ],
  })
  const changed = await send('patch', {
    links: [
      { id: other.id, set: { title: 'new' } },
      { id: taken.id, version: 9, set: { title: 'new' } },
    ],
  }).expect(422)
  expect(changed.body.items).toMatchObject([{ index: 1, problem: { code: 'version_mismatch' } }])
  const deleted = await send('delete', {
    links: [{ id: other.id }, { id: '00000000-0000-4000-8000-000000000001' }],
  }).expect(422)
  expect(deleted.body.items).toMatchObject([{ index: 1, problem: { code: 'link_not_found' } }])
  expect((await acme.get(`/v1/links/${other.id}`)).body).toEqual(other)
  expect(await count(api)).toBe(2)
  expect(await count(api, 'link_changes')).toBe(2)
})

test('many are changed, each in its own way', async () => {
  await using world = await openBulk()
  const { api, acme, send } = world
  const rival = await (await ownerOf(api, 'rival')).made()
  const [a, b, c, d] = [
    await acme.made({ slug: 'a', title: 't', tags: ['x'], maxClicks: 5 }),
    await acme.made({ slug: 'b', externalId: 'b' }),
    await acme.made({ slug: 'c' }),
    await acme.made({ slug: 'd', destination: 'https://example.com/?utm_source=x' }),
  ]
  const { body } = await send('patch', {
    mode: 'best-effort',
    links: [
      { id: a.id, version: 1, set: { title: null, archived: true } },
      { id: b.id, set: { slug: 'c' } },
      { id: c.id, set: { slug: 'c2', title: 'moved' } },
      { id: d.id, set: { utm: null, notes: 'n' } },
      { id: a.id, set: { title: 'again' } },
      { id: rival.id, set: { title: 'mine' } },
      { id: b.id, set: {} },
      { id: 'x', set: { title: 'x' } },
      { id: d.id, version: 7, set: { title: 'x' } },
    ],
  }).expect(207)
  expect(codesOf(body)).toEqual([
    200,
    'slug_taken',
    200,
    200,
    'invalid_body',
    'link_not_found',
    'invalid_body',
    'invalid_body',
    'invalid_body',
  ])
  const shown = (body as BulkResult).results.map(({ link }) => link)
  expect(shown[0]).toEqual({
    ...a,
    title: null,
    archived: true,
    version: 2,
    updatedAt: expect.any(String),
  })
  expect(shown[2]).toMatchObject({ slug: 'c2', aliases: ['c'], title: 'moved' })
  expect(shown[3]).toMatchObject({ destination, utm: null, notes: 'n', version: 2 })
  for (const link of [shown[0], shown[2], shown[3]])
    expect((await acme.get(`/v1/links/${link?.id}`)).body).toEqual(link)
  expect((await acme.get(`/v1/links/${b.id}`)).body).toEqual(b)
  const broken = await send('patch', {
    mode: 'best-effort',
    links: [
      { id: a.id, set: { cacheSeconds: 5 } },
      { id: b.id, set: { blocked: true } },
    ],
  })
  expect(codesOf(broken.body)).toEqual(['limited_link_cached', 'forbidden'])
})

test('many are deleted, aliases and all, and can be restored', async () => {
  await using world = await openBulk()
  const { api, acme, send } = world
  const [a, b] = [await acme.made({ slug: 'a' }), await acme.made({ slug: 'b' })]
  await acme.patch(a.id, { slug: 'a2' }).expect(200)
  const rival = await (await ownerOf(api, 'rival')).made()
  const { body } = await send('delete', {
    mode: 'best-effort',
    links: [{ id: a.id, version: 2 }, { id: b.id, version: 2 }, { id: rival.id }, { id: b.id }],
  }).expect(207)
  expect(codesOf(body)).toEqual([204, 'version_mismatch', 'link_not_found', 'invalid_body'])
  await send('delete', { links: [{ id: b.id }] }).expect(200)
  const { rows } = await api.postgres.query(
    `select slug from link_changes where deleted order by position`,
  )
  expect(rows).toEqual([{ slug: 'a' }, { slug: 'a2' }, { slug: 'b' }])
  expect((await acme.restore(a.id).expect(200)).body).toMatchObject({ slug: 'a2', aliases: ['a'] })
})

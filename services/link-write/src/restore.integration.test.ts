import { expect, test } from '@jest/globals'
import { openOwner, ownerOf, type TestApi } from './test-owner.ts'

const changesOf = async ({ postgres }: TestApi) => {
  const { rows } = await postgres.query<{ slug: string; deleted: boolean }>(
    'select slug, deleted from link_changes order by position',
  )
  return rows.map(({ slug, deleted }) => `${slug} ${deleted ? 'deleted' : 'lives'}`)
}

test('a deleted link is listed as such, and comes back with all that it was', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const link = await acme.made({ slug: 's', title: 't', tags: ['a'], externalId: 'e', notes: 'n' })
  await acme.remove(link.id)
  expect(await acme.slugs('')).toEqual([])
  const { body: page } = await acme.get('/v1/links?deleted=true').expect(200)
  expect(page.links).toMatchObject([{ id: link.id, slug: 's', deletedAt: expect.any(String) }])

  const { body, headers } = await acme.restore(link.id).expect(200)
  expect(headers.etag).toBe('"3"')
  expect(body).toEqual({ ...link, version: 3, updatedAt: expect.any(String) })
  expect((await acme.get(`/v1/links/${link.id}`).expect(200)).body).toEqual(body)
  expect(await acme.slugs('deleted=true')).toEqual([])
  expect(await changesOf(api)).toEqual(['s lives', 's deleted', 's lives'])
  const { rows } = await api.postgres.query(
    'select position = (select max(position) from link_changes) as latest from links',
  )
  expect(rows).toEqual([{ latest: true }])
})

test('one that lives is answered as it is, and nobody is told of a change', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const link = await acme.made({ slug: 's' })
  expect((await acme.restore(link.id).expect(200)).body).toEqual(link)
  expect(await changesOf(api)).toEqual(['s lives'])
})

test('not where its slug or its externalId is used again, nor after thirty days, nor for others', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const rival = await ownerOf(api, 'rival')
  const first = await acme.made({ slug: 's' })
  await acme.remove(first.id)
  expect((await rival.restore(first.id).expect(404)).body.code).toBe('link_not_found')
  const second = await rival.made({ slug: 's' })
  expect((await acme.restore(first.id).expect(409)).body.code).toBe('slug_taken')
  await rival.remove(second.id)
  await acme.restore(first.id).expect(200)
  expect((await rival.restore(second.id).expect(409)).body.code).toBe('slug_taken')

  const named = await acme.made({ externalId: 'e' })
  await acme.remove(named.id)
  const heir = await acme.made({ externalId: 'e' })
  expect((await acme.restore(named.id).expect(409)).body.code).toBe('external_id_taken')
  await acme.remove(heir.id)
  const old = `update links set deleted_at = now() - interval '30 days 1 second' where id = '${named.id}'`
  await api.database.asOwner(old)
  expect((await acme.restore(named.id).expect(410)).body.code).toBe('restore_too_late')
  expect(await acme.slugs('deleted=true')).toEqual([heir.slug])
})

test('aliases that went with it come back with it, unless somebody has them', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const link = await acme.made({ slug: 'one' })
  for (const slug of ['two', 'three', 'four']) await acme.patch(link.id, { slug }).expect(200)
  await acme.remove(link.id)
  await acme.made({ slug: 'two' })
  const { body } = await acme.restore(link.id).expect(200)
  expect(body).toMatchObject({ slug: 'four', aliases: ['one', 'three'] })
  expect((await changesOf(api)).slice(-3)).toEqual(['one lives', 'three lives', 'four lives'])
  expect(await acme.slugs('deleted=true')).toEqual([])
})

test('ten who restore at once make one change', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const link = await acme.made({ slug: 's' })
  await acme.remove(link.id)
  const answers = await Promise.all(Array.from({ length: 10 }, () => acme.restore(link.id)))
  expect(answers.map(({ status, body }) => [status, body.version])).toEqual(
    answers.map(() => [200, 3]),
  )
  expect(await changesOf(api)).toHaveLength(3)
})

// A link that changes its slug: the one before leads on, until it is given up.
import { expect, test } from '@jest/globals'
import { Link, maxAliases } from '@sleepwell/contracts/link'
import request from 'supertest'
import { destination, openSlugs } from './test-aliases.ts'

type Api = Awaited<ReturnType<typeof openSlugs>>

/** Since then, oldest first: `slug`, and how it ended. */
async function feed({ postgres }: Pick<Api, 'postgres'>, after = 0) {
  const { rows } = await postgres.query<{ position: number; slug: string; state: string }>(
    `select position, slug,
       case when deleted then 'deleted' when blocked then 'blocked' else 'lives' end as state
     from link_changes where position > $1 order by position`,
    [after],
  )
  return {
    last: rows.at(-1)?.position ?? after,
    changes: rows.map(({ slug, state }) => `${slug} ${state}`),
  }
}

test('a former slug is an alias: shown, not to be had by others, and no link of its own', async () => {
  await using acme = await openSlugs()
  const link = await acme.made('spring')
  const moved = await acme.patch(link.id, { slug: 'summer', title: 'Summer' }).expect(200)
  expect(moved.headers.etag).toBe('"2"')
  expect(Link.parse(moved.body)).toMatchObject({
    id: link.id,
    slug: 'summer',
    shortLink: 'https://go.example.com/summer',
    aliases: ['spring'],
    title: 'Summer',
    destination,
    version: 2,
  })
  expect((await acme.read(link.id)).body).toEqual(moved.body)
  const list = await request(acme.origin)
    .get('/v1/links')
    .set({ Authorization: acme.Authorization })
  expect(list.body.links).toEqual([moved.body])
  for (const slug of ['spring', 'summer'])
    expect((await acme.create(slug).expect(409)).body.code).toBe('slug_taken')
  await acme.create('spring', 'sho.rt').expect(201)
})

test('a slug that it has already is no change of the slug', async () => {
  await using acme = await openSlugs()
  const link = await acme.made('spring')
  const { body } = await acme.patch(link.id, { slug: 'spring', title: 'same' }).expect(200)
  expect(body).toMatchObject({ slug: 'spring', aliases: [], title: 'same' })
})

test('a slug changes back to an alias, as often as one likes', async () => {
  await using acme = await openSlugs()
  const { id } = await acme.made('one')
  await acme.patch(id, { slug: 'two' }).expect(200)
  await acme.patch(id, { slug: 'three' }).expect(200)
  const back = await acme.patch(id, { slug: 'one' }).expect(200)
  expect(back.body).toMatchObject({ slug: 'one', aliases: ['two', 'three'] })
  const again = await acme.patch(id, { slug: 'three' }).expect(200)
  expect(again.body).toMatchObject({ slug: 'three', aliases: ['two', 'one'] })
  const { rows } = await acme.postgres.query(
    `select slug, alias_of is not null as alias from links where deleted_at is null order by slug`,
  )
  expect(rows).toEqual([
    { slug: 'one', alias: true },
    { slug: 'three', alias: false },
    { slug: 'two', alias: true },
  ])
})

test('a slug of another link is refused, its alias too, and nothing has happened', async () => {
  await using acme = await openSlugs()
  const first = await acme.made('first')
  const second = await acme.made('second')
  await acme.patch(second.id, { slug: 'third' }).expect(200)
  const { last } = await feed(acme)
  for (const slug of ['second', 'third']) {
    const refused = await acme.patch(first.id, { slug, title: 'new' }).expect(409)
    expect(refused.body.code).toBe('slug_taken')
  }
  expect((await acme.read(first.id)).body).toEqual(first)
  expect((await feed(acme, last)).changes).toEqual([])
})

test('each change of a link is told of each of its slugs, of its own last', async () => {
  await using acme = await openSlugs()
  const { id } = await acme.made('one')
  let { last } = await feed(acme)
  const told = async () => {
    const { last: end, changes } = await feed(acme, last)
    last = end
    const aliases = changes.slice(0, -1).toSorted()
    return [...aliases, ...changes.slice(-1)]
  }
  await acme.patch(id, { slug: 'two' }).expect(200)
  expect(await told()).toEqual(['one lives', 'two lives'])
  await acme.patch(id, { slug: 'three' }).expect(200)
  expect(await told()).toEqual(['one lives', 'two lives', 'three lives'])
  await acme.patch(id, { title: 'new' }).expect(200)
  expect(await told()).toEqual(['one lives', 'two lives', 'three lives'])
  const admin = { Authorization: await acme.bearer('operator'), 'If-Match': '*' }
  await request(acme.origin).patch(`/v1/links/${id}`).set(admin).send({ blocked: true }).expect(200)
  expect(await told()).toEqual(['one blocked', 'two blocked', 'three blocked'])
  await acme.giveUp(id, 'two').expect(200)
  expect(await told()).toEqual(['two deleted'])
  await acme.remove(id).expect(204)
  expect(await told()).toEqual(['one deleted', 'three deleted'])
  const { rows } = await acme.postgres.query(
    'select from links join link_changes using (position) where links.deleted_at is not null',
  )
  expect(rows).toHaveLength(3)
})

test('an alias that is given up is free for others, and the link is a new version', async () => {
  await using acme = await openSlugs()
  const { id } = await acme.made('one')
  await acme.patch(id, { slug: 'two' }).expect(200)
  const stale = await acme.giveUp(id, 'one').set({ 'If-Match': '"1"' }).expect(412)
  expect(stale.body.code).toBe('version_mismatch')
  const given = await acme.giveUp(id, 'one').expect(200)
  expect(given.headers.etag).toBe('"3"')
  expect(given.body).toMatchObject({ slug: 'two', aliases: [], version: 3 })
  for (const slug of ['one', 'two', 'never', '%00', 'a%2Fb'])
    expect((await acme.giveUp(id, slug).expect(404)).body.code).toBe('alias_not_found')
  const other = await acme.made('one')
  expect(other.id).not.toBe(id)
  const refused = await acme.patch(id, { slug: 'one' }).expect(409)
  expect(refused.body.code).toBe('slug_taken')
})

test('with its link an alias is deleted, and its slug is free', async () => {
  await using acme = await openSlugs()
  const { id } = await acme.made('one')
  await acme.patch(id, { slug: 'two' }).expect(200)
  await acme.remove(id).expect(204)
  await acme.giveUp(id, 'one').expect(404)
  await acme.made('one')
  await acme.made('two')
  const { rows } = await acme.postgres.query(
    `select count(distinct deleted_at)::int as moments, count(*)::int as rows
     from links where deleted_at is not null`,
  )
  expect(rows).toEqual([{ moments: 1, rows: 2 }])
})

test('a link has so many aliases and no more; one that it has can still be changed to', async () => {
  await using acme = await openSlugs()
  const { id } = await acme.made('slug-0')
  for (let n = 1; n <= maxAliases; n++) await acme.patch(id, { slug: `slug-${n}` }).expect(200)
  const refused = await acme.patch(id, { slug: 'more' }).expect(422)
  expect(refused.body.code).toBe('too_many_aliases')
  const back = await acme.patch(id, { slug: 'slug-0' }).expect(200)
  expect(back.body.aliases).toHaveLength(maxAliases)
  await acme.giveUp(id, 'slug-7').expect(200)
  await acme.patch(id, { slug: 'more' }).expect(200)
})

test('the id of an alias is nobody’s link', async () => {
  await using acme = await openSlugs()
  const link = await acme.made('one')
  await acme.patch(link.id, { slug: 'two' }).expect(200)
  const { rows } = await acme.postgres.query<{ id: string }>(
    `select id from links where slug = 'one'`,
  )
  const id = rows[0]?.id ?? ''
  await acme.read(id).expect(404)
  await acme.patch(id, { title: 'new' }).expect(404)
  await acme.remove(id).expect(404)
  expect((await acme.read(link.id)).body.aliases).toEqual(['one'])
})

test('for another owner there is no alias to give up', async () => {
  await using acme = await openSlugs()
  const { id } = await acme.made('one')
  await acme.patch(id, { slug: 'two' }).expect(200)
  const Authorization = await acme.bearer('rival', 'links:write', 'links:read')
  const { body } = await acme.giveUp(id, 'one').set({ Authorization }).expect(404)
  expect(body.code).toBe('link_not_found')
})

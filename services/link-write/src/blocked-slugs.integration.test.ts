// What is had by nobody again once a link was blocked, and what many links at once obey.
import { expect, test } from '@jest/globals'
import type { BulkResult } from '@sleepwell/contracts/bulk'
import { Link } from '@sleepwell/contracts/link'
import request from 'supertest'
import { evil, good, listOf, openListed } from './test-listed.ts'

test('the slug of a link that was deleted while it was blocked is not had again, but by admin', async () => {
  await using test = await openListed()
  const link = await test.made({ destination: evil, slug: 'login' })
  const drop = (id: string) =>
    request(test.origin).delete(`/v1/links/${id}`).set({ Authorization: test.acme }).expect(204)
  await test.patch(link.id, { blocked: true }, test.admin).expect(200)
  await drop(link.id)
  const rival = await test.bearer('rival', 'links:create')
  for (const as of [test.acme, rival]) {
    const refused = await test.create({ destination: good, slug: 'login' }, as).expect(422)
    expect(refused.body.code).toBe('slug_blocked')
  }
  const other = await test.made({ destination: good, slug: 'other' })
  expect((await test.patch(other.id, { slug: 'login' }).expect(422)).body.code).toBe('slug_blocked')
  await test.create({ destination: good, slug: 'login' }, test.admin).expect(201)
})

test('nor is one that such a link had before', async () => {
  await using test = await openListed()
  const link = await test.made({ destination: evil, slug: 'login' })
  await test.patch(link.id, { blocked: true }, test.admin).expect(200)
  await test.patch(link.id, { slug: 'moved' }).expect(200)
  await request(test.origin)
    .delete(`/v1/links/${link.id}/aliases/login`)
    .set({ Authorization: test.acme })
    .expect(200)
  const refused = await test.create({ destination: good, slug: 'login' }).expect(422)
  expect(refused.body.code).toBe('slug_blocked')
})

test('many at once obey it too: where they lead, what frees a link, and which slugs they have', async () => {
  await using test = await openListed()
  const first = await test.made({ destination: evil, slug: 'first' })
  const second = await test.made({ destination: evil, slug: 'second' })
  const list = listOf(['evil.example'])
  await test.apply(list)
  const bulk = (method: 'post' | 'patch', body: object) =>
    request(test.origin)[method]('/v1/links/bulk').set({ Authorization: test.acme }).send(body)
  const codesOf = ({ body }: request.Response) =>
    (body as BulkResult).results.map((one) => one.problem?.code ?? one.status)
  const freed = await bulk('patch', { links: [{ id: first.id, set: { destination: good } }] })
  expect([codesOf(freed), await test.isBlocked(first.id)]).toEqual([[200], false])
  const stays = await bulk('patch', { links: [{ id: second.id, set: { title: 'still' } }] })
  expect([codesOf(stays), await test.isBlocked(second.id)]).toEqual([[200], true])

  const drop = request(test.origin).delete(`/v1/links/${second.id}`)
  await drop.set({ Authorization: test.acme }).expect(204)
  const made = await bulk('post', {
    mode: 'best-effort',
    links: [
      { destination: good, slug: 'second' },
      { destination: evil },
      { destination: good, slug: 'third' },
    ],
  })
  expect(codesOf(made)).toEqual(['slug_blocked', 'destination_blocked', 201])
})

test('a list that blocks a deleted link leaves whoever has its slugs now alone', async () => {
  await using test = await openListed()
  const gone = await test.made({ destination: evil, slug: 'former' })
  await test.patch(gone.id, { slug: 'last' }).expect(200)
  const drop = request(test.origin).delete(`/v1/links/${gone.id}`)
  await drop.set({ Authorization: test.acme }).expect(204)
  const rival = await test.bearer('rival', 'links:create', 'links:write')
  const made = async (slug: string) =>
    Link.parse((await test.create({ destination: good, slug }, rival).expect(201)).body)
  const theirs = [await made('former'), await made('last')]
  const told = async () => {
    const { rows } = await test.postgres.query<{ slug: string; deleted: boolean }>(
      `select distinct on (slug) slug, deleted from link_changes
       where slug in ('former', 'last') order by slug, position desc`,
    )
    return rows
  }
  const lives = [
    { slug: 'former', deleted: false },
    { slug: 'last', deleted: false },
  ]
  await test.apply(listOf(['evil.example']))
  expect(await told()).toEqual(lives)
  for (const { id, slug } of theirs) {
    await test.patch(id, { title: 'mine' }, rival).expect(200)
    await test.patch(id, { slug: `${slug}-2` }, rival).expect(200)
    await test.patch(id, { slug }, rival).expect(200)
    expect((await test.create({ destination: good, slug }).expect(409)).body.code).toBe(
      'slug_taken',
    )
  }
  await test.apply(listOf([]))
  expect(await told()).toEqual(lives)
})

test('a deleted link that a list has blocked comes back blocked', async () => {
  await using test = await openListed()
  const link = await test.made({ destination: evil, slug: 'back' })
  const as = { Authorization: test.acme }
  await request(test.origin).delete(`/v1/links/${link.id}`).set(as).expect(204)
  await test.apply(listOf(['evil.example']))
  const restored = await request(test.origin).post(`/v1/links/${link.id}/restore`).set(as)
  expect(Link.parse(restored.body).blocked).toBe(true)
  const { rows } = await test.postgres.query(
    `select deleted, blocked from link_changes where slug = 'back' order by position desc limit 1`,
  )
  expect(rows).toEqual([{ deleted: false, blocked: true }])
})

import { expect, test } from '@jest/globals'
import { Link } from '@sleepwell/contracts/link'
import { openOwner, ownerOf } from './test-owner.ts'

const destination = 'https://example.com/'
const by = (externalId: string) => `/v1/links/by-external-id/${encodeURIComponent(externalId)}`

test('an externalId finds its link, whatever characters it has', async () => {
  await using world = await openOwner()
  const { acme } = world
  for (const externalId of ['crm-7', 'a/b c?d#e%', 'É 🦊', '..']) {
    const link = await acme.made({ externalId })
    expect(link.externalId).toBe(externalId)
    const found = await acme.get(by(externalId)).expect(200)
    expect(found.body).toEqual(link)
    expect(found.headers.etag).toBe('"1"')
  }
  expect((await acme.get(by('nothing')).expect(404)).body.code).toBe('link_not_found')
  expect((await acme.get(by('a'.repeat(256))).expect(400)).body.code).toBe('parameter_invalid')
})

test('no two living links of an owner have the same; other owners do not matter', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const rival = await ownerOf(api, 'rival')
  const first = await acme.made({ externalId: 'one' })
  const other = await acme.made()
  const again = await acme.post('/v1/links', { destination, externalId: 'one' }).expect(409)
  expect(again.body.code).toBe('external_id_taken')
  const changed = await acme.patch(other.id, { externalId: 'one' }).expect(409)
  expect(changed.body.code).toBe('external_id_taken')
  const theirs = await rival.made({ externalId: 'one' })
  expect((await rival.get(by('one'))).body.id).toBe(theirs.id)
  expect((await acme.get(by('one'))).body.id).toBe(first.id)

  await acme.patch(first.id, { externalId: null }).expect(200)
  expect((await acme.patch(other.id, { externalId: 'one' }).expect(200)).body.externalId).toBe(
    'one',
  )
  await acme.remove(other.id)
  await acme.get(by('one')).expect(404)
  await acme.made({ externalId: 'one' })
})

test('a refused externalId leaves nothing behind, and takes no slug', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  await acme.made({ externalId: 'one' })
  await acme.post('/v1/links', { destination, externalId: 'one', slug: 'left' }).expect(409)
  const { rows } = await api.postgres.query(`select from links where slug = 'left'`)
  expect(rows).toHaveLength(0)
})

test('put makes a link, then changes it, and what it does not name stays', async () => {
  await using world = await openOwner()
  const { acme } = world
  const made = await acme
    .put(by('one'), { destination, slug: 'one', notes: 'n', tags: ['a'] })
    .expect(201)
  expect(made.headers.location).toBe(`/v1/links/${made.body.id}`)
  expect(made.body).toMatchObject({ externalId: 'one', slug: 'one', notes: 'n', version: 1 })
  const put = await acme
    .put(by('one'), { destination: 'https://example.com/2', tags: [] })
    .expect(200)
  expect(put.headers.etag).toBe('"2"')
  expect(put.body).toMatchObject({
    id: made.body.id,
    slug: 'one',
    destination: 'https://example.com/2',
    notes: 'n',
    tags: [],
    version: 2,
  })
  const moved = await acme.put(by('one'), { destination, slug: 'two' }).expect(200)
  expect(moved.body).toMatchObject({ slug: 'two', aliases: ['one'] })
})

test('put obeys If-Match, slugs that are taken, and the domain of the link', async () => {
  await using world = await openOwner()
  const { acme } = world
  await acme.made({ slug: 'taken' })
  const code = async (body: object, headers = {}) =>
    (await acme.put(by('one'), { destination, ...body }, headers)).body.code
  expect(await code({}, { 'If-Match': '"1"' })).toBe('version_mismatch')
  expect(await code({ slug: 'taken' })).toBe('slug_taken')
  expect(await code({ slug: 'own' })).toBeUndefined()
  expect(await code({}, { 'If-Match': '"2"' })).toBe('version_mismatch')
  expect(await code({}, { 'If-Match': '"1"' })).toBeUndefined()
  expect(await code({ slug: 'taken' })).toBe('slug_taken')
  expect(await code({ domain: 'sho.rt' })).toBe('domain_fixed')
  expect(await code({ domain: 'go.example.com' })).toBeUndefined()
  expect(await code({ externalId: 'two' })).toBe('invalid_body')
})

test('of a hundred who put the same at once, one makes it and all others change it', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, n) => acme.put(by('one'), { destination, title: `${n}` })),
  )
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 201)).toHaveLength(1)
  expect(statuses.filter((status) => status === 200)).toHaveLength(99)
  expect(new Set(answers.map(({ body }) => Link.parse(body).version)).size).toBe(100)
  const { rows } = await api.postgres.query('select version from links')
  expect(rows).toEqual([{ version: 100 }])
})

test('put and post of one externalId at once: there is one link, and nobody is refused who put', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const [puts, posts] = await Promise.all([
    Promise.all(Array.from({ length: 20 }, () => acme.put(by('one'), { destination }))),
    Promise.all(
      Array.from({ length: 20 }, () => acme.post('/v1/links', { destination, externalId: 'one' })),
    ),
  ])
  for (const { status } of puts) expect([200, 201]).toContain(status)
  for (const { status } of posts) expect([201, 409]).toContain(status)
  const { rows } = await api.postgres.query('select count(*) from links')
  expect(rows).toEqual([{ count: 1 }])
})

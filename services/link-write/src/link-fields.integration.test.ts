import { expect, test } from '@jest/globals'
import { openOwner } from './test-owner.ts'

const destination = 'https://example.com/?a=%20b'

test('an archived link is not in the list, and goes on as it was', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const link = await acme.made({ slug: 's' })
  expect(link.archived).toBe(false)
  await acme.made({ slug: 'other', archived: true })
  expect(await acme.slugs('')).toEqual(['s'])
  expect((await acme.patch(link.id, { archived: true }).expect(200)).body.archived).toBe(true)
  expect(await acme.slugs('')).toEqual([])
  expect(await acme.slugs('archived=true')).toEqual(['other', 's'])
  await acme.patch(link.id, { archived: false }).expect(200)
  expect(await acme.slugs('archived=all')).toEqual(['other', 's'])
  const { rows } = await api.postgres.query('select from link_changes where deleted')
  expect(rows).toHaveLength(0)
})

test('notes have lines', async () => {
  await using world = await openOwner()
  const { acme } = world
  const notes = 'first\nsecond\r\n\tthird "quoted", é 🦊'
  const link = await acme.made({ notes })
  expect(link.notes).toBe(notes)
  expect((await acme.patch(link.id, { notes: null }).expect(200)).body.notes).toBeNull()
  await acme.made({ notes: 'n'.repeat(2_000) })
  for (const refused of ['n'.repeat(2_001), 'a\u0000', '\ud800', 5])
    await acme.post('/v1/links', { destination, notes: refused }).expect(422)
})

test('utm is part of the destination: set, read, changed and taken away there', async () => {
  await using world = await openOwner()
  const { acme } = world
  const link = await acme.made({ destination, utm: { source: 'letter', campaign: 'spring sale' } })
  expect(link.destination).toBe(
    'https://example.com/?a=%20b&utm_source=letter&utm_campaign=spring%20sale',
  )
  expect(link.utm).toEqual({
    source: 'letter',
    medium: null,
    campaign: 'spring sale',
    term: null,
    content: null,
  })
  const change = async (body: Record<string, unknown>) =>
    (await acme.patch(link.id, body).expect(200)).body
  expect(await change({ utm: { source: null, medium: 'mail' } })).toMatchObject({
    destination: 'https://example.com/?a=%20b&utm_campaign=spring%20sale&utm_medium=mail',
    utm: { source: null, medium: 'mail', campaign: 'spring sale' },
  })
  expect(await change({ destination: 'https://example.org/', utm: { term: 't' } })).toMatchObject({
    destination: 'https://example.org/?utm_term=t',
    utm: { medium: null, term: 't' },
  })
  expect(await change({ utm: null })).toMatchObject({
    destination: 'https://example.org/',
    utm: null,
  })
  expect(await change({ destination: 'https://example.org/?utm_source=x' })).toMatchObject({
    utm: { source: 'x' },
  })
})

test('what would make a destination too long is refused', async () => {
  await using world = await openOwner()
  const { acme } = world
  const long = await acme.made({ destination: `https://example.com/${'é'.repeat(1_360)}` })
  const utm = { source: 's'.repeat(60) }
  expect((await acme.patch(long.id, { utm }).expect(422)).body.code).toBe('destination_too_long')
  const body = { destination: long.destination.slice(0, 2_000), utm: { source: 'x' } }
  expect((await acme.post('/v1/links', body).expect(201)).body.utm.source).toBe('x')
  for (const wrong of [{ source: '' }, { source: 'a'.repeat(101) }, { id: 'x' }, 'x'])
    expect((await acme.patch(long.id, { utm: wrong }).expect(422)).body.code).toBe('invalid_body')
})

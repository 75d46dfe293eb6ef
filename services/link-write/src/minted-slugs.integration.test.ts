import { expect, test } from '@jest/globals'
import { openOwner } from './test-owner.ts'

const destination = 'https://example.com/'

test('length and prefix of a minted slug are chosen', async () => {
  await using world = await openOwner()
  const { acme } = world
  expect((await acme.made({ slugLength: 12 })).slug).toMatch(/^[2-9A-Za-z]{12}$/u)
  expect((await acme.made({ slugPrefix: 'spring-' })).slug).toMatch(/^spring-[2-9A-Za-z]{7}$/u)
  expect((await acme.made({ slugPrefix: 'x_', slugLength: 4 })).slug).toMatch(/^x_[2-9A-Za-z]{4}$/u)
})

test.each([
  [{ slugLength: 3 }],
  [{ slugLength: 33 }],
  [{ slugLength: 4.5 }],
  [{ slugPrefix: '' }],
  [{ slugPrefix: '-a' }],
  [{ slugPrefix: 'a/b' }],
  [{ slugPrefix: 'a'.repeat(33) }],
  [{ slug: 'chosen', slugLength: 7 }],
  [{ slug: 'chosen', slugPrefix: 'a' }],
])('%j is refused', async (body) => {
  await using world = await openOwner()
  const answer = await world.acme.post('/v1/links', { destination, ...body }).expect(422)
  expect(answer.body.code).toBe('invalid_body')
})

test('where slugs of a length are taken, a longer one is minted', async () => {
  const lengths: number[] = []
  await using world = await openOwner({
    mintSlug: ({ length, prefix }) => {
      lengths.push(length)
      return prefix + 'a'.repeat(length)
    },
  })
  const { acme } = world
  const make = () => acme.made({ slugLength: 4, slugPrefix: 'p' })
  expect((await make()).slug).toBe('paaaa')
  expect((await make()).slug).toBe('paaaaa')
  expect((await make()).slug).toBe('paaaaaa')
  // Four of each before it grows.
  expect(lengths.slice(1, 6)).toEqual([4, 4, 4, 4, 5])
})

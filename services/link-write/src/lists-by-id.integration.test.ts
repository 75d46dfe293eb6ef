import { expect, test } from '@jest/globals'
import { openOwner, ownerOf, walk } from './test-owner.ts'

test('links are found by their ids, of which those count that the caller has and the other filters let through', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const [a, b, archived, deleted, other] = [
    await acme.made({ slug: 'a', tags: ['x'] }),
    await acme.made({ slug: 'b' }),
    await acme.made({ slug: 'archived', archived: true }),
    await acme.made({ slug: 'deleted' }),
    await acme.made({ slug: 'other' }),
  ]
  await acme.remove(deleted.id)
  const theirs = await (await ownerOf(api, 'rival')).made({ slug: 'theirs' })
  const asked = [b, a, archived, deleted, theirs, { id: crypto.randomUUID() }]
  const ids = asked.map(({ id }) => id).join(',')
  for (const [query, slugs] of [
    [`id=${ids}`, ['a', 'b']],
    [`id=${ids.toUpperCase()}&tag=x`, ['a']],
    [`id=${ids}&archived=true`, ['archived']],
    [`id=${ids}&deleted=true`, ['deleted']],
    [`id=${other.id}`, ['other']],
    [`id=${theirs.id}`, []],
  ] as const) {
    expect([query, (await acme.slugs(query)).toSorted()]).toEqual([query, slugs])
    const { body } = await acme.get(`/v1/links/count?${query}`).expect(200)
    expect([query, body]).toEqual([query, { count: slugs.length }])
  }
  expect(await walk(acme, `id=${ids}&limit=1`)).toEqual(['b', 'a'])
})

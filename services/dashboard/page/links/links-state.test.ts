import { expect, test } from '@jest/globals'
import { CreateLink, exampleLink, type Link, UpdateLink } from '@sleepwell/contracts/link'
import { isSlug } from '@sleepwell/contracts/slug'
import fc from 'fast-check'
import { changesOf, creationOf, destinationWith, draftOf } from './draft.ts'
import { filtersOf, readList, sortedBy, withTag } from './list-state.ts'
import { slugFault, toSlug } from './slug-check.ts'
import { windowOf } from './window-of.ts'

const link = exampleLink as Link

test('the list is what its URL says', () => {
  const query = withTag(withTag(sortedBy('?search=spring', 'slug'), 'a b'), 'x')
  const list = readList(query)
  expect(list).toMatchObject({ search: 'spring', tags: ['a b', 'x'], sort: 'slug', order: 'asc' })
  expect(filtersOf(list)).toEqual({ search: 'spring', tag: 'a b,x', expired: 'false' })
  expect(readList(withTag(query, 'x')).tags).toEqual(['a b'])
  expect(readList(sortedBy(query, 'slug')).order).toBe('desc')
  expect(sortedBy(sortedBy('', 'slug'), 'createdAt')).toBe('')
  expect(filtersOf(readList('?shelf=deleted'))).toEqual({ deleted: 'true', archived: 'all' })
})

test('only rows near what is seen are drawn', () => {
  expect(windowOf(0, 580, 58, 100_000)).toEqual({ from: 0, to: 18 })
  expect(windowOf(58 * 50_000, 580, 58, 100_000)).toEqual({ from: 49_992, to: 50_018 })
  expect(windowOf(58 * 900, 580, 58, 20)).toEqual({ from: 20, to: 20 })
})

test('the page judges slugs as the API does', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 70 }), (slug) => {
      expect(slugFault(slug) === undefined).toBe(isSlug(slug))
    }),
  )
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,66}$/u), (slug) => {
      expect(slugFault(slug) === undefined).toBe(isSlug(slug))
    }),
  )
})

test('what is typed can be made a slug', () => {
  expect(toSlug('  Frühling & Sale 2026! ')).toBe('Fruhling-Sale-2026')
})

test('a draft asks for what was filled in and no more, as the API takes it', () => {
  const draft = { ...draftOf(), destination: ' https://example.com/ ', tags: 'a, b,a,', slug: 'x' }
  expect(creationOf(draft)).toEqual({
    destination: 'https://example.com/',
    slug: 'x',
    tags: ['a', 'b'],
    redirectStatus: 302,
    cacheSeconds: 0,
  })
  const full = creationOf({
    ...draft,
    utm: { ...draft.utm, source: 'mail' },
    expiresAt: '2036-03-01T10:00',
    maxClicks: '5',
    noindex: true,
    previewTitle: 'P',
  })
  expect(CreateLink.parse(full)).toMatchObject({ utm: { source: 'mail' }, maxClicks: 5 })
})

test('an edit asks for what differs', () => {
  const draft = draftOf(link)
  expect(changesOf(draft, link)).toBeUndefined()
  const changes = changesOf(
    { ...draft, title: '', maxClicks: '', utm: { ...draft.utm, medium: 'print' } },
    link,
  )
  expect(changes).toEqual({ title: null, maxClicks: null, utm: { medium: 'print' } })
  expect(UpdateLink.safeParse(changes).success).toBe(true)
})

test('a parameter that is emptied is taken away', () => {
  const tagged: Link = {
    ...link,
    destination: 'https://example.com/?utm_source=mail',
    utm: { source: 'mail', medium: null, campaign: null, term: null, content: null },
  }
  const draft = draftOf(tagged)
  expect(changesOf({ ...draft, utm: { ...draft.utm, source: '' } }, tagged)).toEqual({
    utm: { source: null },
  })
})

test('the destination is shown as visitors get it, or not at all', () => {
  const draft = { ...draftOf(), destination: 'https://example.com/?a=1' }
  expect(destinationWith({ ...draft, utm: { ...draft.utm, source: 'a b' } })).toBe(
    'https://example.com/?a=1&utm_source=a+b',
  )
  expect(destinationWith({ ...draft, destination: 'javascript:alert(1)' })).toBeUndefined()
})

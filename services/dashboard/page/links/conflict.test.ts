import { expect, test } from '@jest/globals'
import { exampleLink, type Link } from '@sleepwell/contracts/link'
import { changedMeanwhile, rebased } from './conflict.ts'
import { changesOf, draftOf } from './draft.ts'

const begun = exampleLink as Link
const draft = draftOf(begun)
const now: Link = {
  ...begun,
  title: 'Theirs',
  tags: ['letter', 'new'],
  maxClicks: 5,
  preview: { title: 'Theirs', description: null, image: 'https://example.com/spring.png' },
  archived: true,
  version: 2,
}

test('only what somebody typed is put on top of what others saved', () => {
  const typed = { ...draft, title: 'Mine', notes: 'Mine', tags: 'spring, letter, mine' }
  expect(changesOf(rebased(typed, begun, now), now)).toEqual({
    title: 'Mine',
    notes: 'Mine',
    tags: ['letter', 'new', 'mine'],
  })
  expect(changesOf(rebased({ ...draft, previewImage: '' }, begun, now), now)).toEqual({
    preview: { title: 'Theirs', description: null, image: null },
  })
  expect(changesOf(rebased(draft, begun, now), now)).toBeUndefined()
})

test('what others changed is named, with what would be replaced', () => {
  expect(changedMeanwhile({ ...draft, title: 'Mine', maxClicks: '5' }, begun, now)).toEqual([
    { field: 'Title', theirs: 'Theirs' },
    { field: 'Tags' },
    { field: 'Most clicks' },
    { field: 'Title in previews' },
    { field: 'archived' },
  ])
  expect(changedMeanwhile(draft, begun, { ...begun, version: 3 })).toEqual([])
})

test('parameters go with the destination that they are typed in', () => {
  const utm = { source: null, medium: null, campaign: null, term: null, content: null }
  const tagged = (source: string, page = ''): Link => ({
    ...begun,
    destination: `https://example.com/${page}?utm_source=${source}`,
    utm: { ...utm, source },
  })
  const typed = draftOf(tagged('a'))
  const medium = { ...typed, utm: { ...typed.utm, medium: 'mine' } }
  expect(changesOf(rebased(medium, tagged('a'), tagged('b')), tagged('b'))).toEqual({
    utm: { medium: 'mine' },
  })
  const moved = { ...typed, destination: 'https://example.com/mine?utm_source=a' }
  expect(changesOf(rebased(moved, tagged('a'), tagged('b')), tagged('b'))).toEqual({
    destination: 'https://example.com/mine?utm_source=a',
    utm: { source: 'a' },
  })
  expect(changedMeanwhile(medium, tagged('a'), tagged('b'))).toEqual([
    { field: 'Destination', theirs: 'https://example.com/?utm_source=b' },
  ])
})

import { expect, test } from '@jest/globals'
import { exampleLink, type Link } from '@sleepwell/contracts/link'
import { Tag } from '@sleepwell/contracts/link-fields'
import fc from 'fast-check'
import { changesOf, draftOf } from './draft.ts'
import { isFilter } from './list-state.ts'
import { tagsOf, tagTextOf } from './tag-text.ts'

test('whatever the API takes for a tag is the same after it was text', () => {
  const tag = fc
    .oneof(fc.string({ maxLength: 50 }), fc.stringMatching(/^[a, \\]{1,8}$/u))
    .filter((text) => Tag.safeParse(text).success)
  fc.assert(
    fc.property(fc.uniqueArray(tag, { maxLength: 20 }), (tags) => {
      expect(tagsOf(tagTextOf(tags))).toEqual(tags)
    }),
  )
})

test('commas part what somebody types, a backslash before nothing in particular is one', () => {
  expect(tagsOf(String.raw`a , b,,a, c\d `)).toEqual(['a', 'b', String.raw`c\d`])
})

test('a tag with a comma stays when another is added, and is no filter', () => {
  const link = { ...exampleLink, tags: ['red, white', 'letter'] } as Link
  const draft = draftOf(link)
  expect(changesOf(draft, link)).toBeUndefined()
  expect(changesOf({ ...draft, tags: `${draft.tags}, new` }, link)).toEqual({
    tags: ['red, white', 'letter', 'new'],
  })
  expect(['red, white', 'letter'].map(isFilter)).toEqual([false, true])
})

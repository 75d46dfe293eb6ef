import { expect, test } from '@jest/globals'
import { exampleLink, type Link } from '@sleepwell/contracts/link'
import { firstPageOf, isShort, withChanged } from './loaded-links.ts'

const link = (id: string, title: string | null = null) => ({ ...exampleLink, id, title }) as Link
const loaded = {
  pages: [
    { links: [link('a'), link('b')], next: '2' },
    { links: [link('c'), link('d')], next: undefined },
  ],
  pageParams: [undefined, '2'],
}

test('rows that were changed are as they are now, or no longer listed; the others stay', () => {
  const { pages } = withChanged(loaded, ['b', 'c', 'elsewhere'], [link('c', 'New')])
  expect(pages.map(({ links }) => links.map(({ id, title }) => [id, title]))).toEqual([
    [['a', null]],
    [
      ['c', 'New'],
      ['d', null],
    ],
  ])
  expect(pages.map(({ next }) => next)).toEqual(['2', undefined])
})

test('whoever comes back begins with one page', () => {
  expect(firstPageOf(loaded)).toEqual({ pages: [loaded.pages[0]], pageParams: [undefined] })
  expect([isShort(undefined), isShort(loaded)]).toEqual([true, true])
  expect(isShort({ pages: Array.from({ length: 4 }, () => ({ links: [] })), pageParams: [] })).toBe(
    false,
  )
})

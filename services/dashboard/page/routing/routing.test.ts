import { expect, test } from '@jest/globals'
import { pageAt, pathAfterSignIn } from './pages.ts'
import { listed, toggled, withParams } from './search.ts'

const id = '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e11'

test('paths are pages, and what is none is said to be none', () => {
  expect(pageAt('/')).toEqual({ page: 'overview' })
  expect(pageAt('/links/')).toEqual({ page: 'links' })
  expect(pageAt(`/links/${id}`)).toEqual({ page: 'link', id })
  for (const path of ['/overview', '/links/1', `/keys/${id}`, `/links/${id}/x`, '/nothing'])
    expect(pageAt(path)).toEqual({ page: 'absent' })
})

test('signing in leads nowhere but to a page of ours', () => {
  expect(pathAfterSignIn('?next=%2Flinks%3Fsearch%3Dx')).toBe('/links?search=x')
  expect(pathAfterSignIn('?next=%2Flinks%23x')).toBe('/links')
  for (const next of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil',
    '/\n//evil.example',
    '//',
    '/.//evil.example',
    '/sign-in',
    '/./sign-in/',
    '',
  ])
    expect(pathAfterSignIn(`?next=${encodeURIComponent(next)}`)).toBe('/')
})

test('parameters that are not named stay', () => {
  expect(withParams('?a=1&b=2', { b: undefined, c: 'x y' })).toBe('?a=1&c=x+y')
  expect(withParams('?a=1', { a: undefined })).toBe('')
})

test('widgets are switched one by one', () => {
  const both = toggled(toggled('', 'table', 'clicks'), 'table', 'heat')
  expect(listed(both, 'table')).toEqual(['clicks', 'heat'])
  expect(toggled(toggled(both, 'table', 'clicks'), 'table', 'heat')).toBe('')
})

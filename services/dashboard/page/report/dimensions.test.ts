import { expect, test } from '@jest/globals'
import { reportDimensions } from '@sleepwell/contracts/report'
import { dimensions, nameOf } from './dimensions.ts'

test('the page knows every dimension that reports have', () => {
  expect(dimensions.toSorted()).toEqual(reportDimensions.toSorted())
})

test('values are shown as people call them', () => {
  expect(nameOf('country', 'DE')).toBe('Germany')
  expect(nameOf('country', 'unknown')).toBe('Unknown')
  expect(nameOf('country', 'Narnia')).toBe('Narnia')
  expect(nameOf('referrer', 'direct')).toBe('Direct, or not told')
  expect(nameOf('device', 'mobile')).toBe('Phone')
  expect(nameOf('utm_source', 'none')).toBe('(none)')
  expect(nameOf('utm_source', 'unknown')).toBe('unknown')
  expect(nameOf('browser', '<b>x</b>')).toBe('<b>x</b>')
})

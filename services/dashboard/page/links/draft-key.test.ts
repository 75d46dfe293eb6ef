import { expect, test } from '@jest/globals'
import { createDraftKey } from './draft-key.ts'

test('the same draft has the same key, another one another', () => {
  const keyOf = createDraftKey()
  const first = keyOf({ destination: 'https://shop.example/' })
  expect(keyOf({ destination: 'https://shop.example/2' })).not.toBe(first)
  expect(keyOf({ destination: 'https://shop.example/' })).toBe(first)
  expect(createDraftKey()({ destination: 'https://shop.example/' })).not.toBe(first)
  expect(first).toMatch(/^[0-9a-z]{28}$/u)
})

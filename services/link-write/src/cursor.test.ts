import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cursorAt, readCursor } from './cursor.ts'

test('a cursor is read as what it was made of', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.uuid(), (createdAtMicros, id) => {
      const place = { createdAtMicros, id }
      const cursor = cursorAt(place)
      expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/u)
      expect(readCursor(cursor)).toEqual(place)
    }),
  )
})

test('anything else is no cursor', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
      expect(readCursor(text)).toBe('invalid')
    }),
  )
})

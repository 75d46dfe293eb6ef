import { expect, test } from '@jest/globals'
import { placeOf } from './engines.ts'

test.each([
  ['postgres://redirect:secret@127.0.0.1:5432/links', '127.0.0.1:5432'],
  ['redis://:secret@127.0.0.1:6379', '127.0.0.1:6379'],
  [
    'kafka://127.0.0.1:9092,127.0.0.2:9092,127.0.0.3:9092',
    '127.0.0.1:9092,127.0.0.2:9092,127.0.0.3:9092',
  ],
  ['postgres://a@b:1?sslmode=disable', 'b:1'],
])('the place of %s holds no password', (url, place) => {
  expect(placeOf(url)).toBe(place)
})

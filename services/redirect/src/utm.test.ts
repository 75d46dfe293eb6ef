import { expect, test } from '@jest/globals'
import { Click, utmParameters } from '@sleepwell/contracts/click'
import fc from 'fast-check'
import { utmOf } from './utm.ts'

const plain = { destination: 'https://example.com/' }

test('a campaign is what the visitor followed names, else what the link leads to', () => {
  const link = { destination: 'https://example.com/?utm_source=poster&utm_medium=print#utm_term=x' }
  expect(utmOf('/spring', link)).toEqual({ source: 'poster', medium: 'print' })
  expect(utmOf('/spring?utm_source=mail&utm_campaign=May%20day', link)).toEqual({
    source: 'mail',
    medium: 'print',
    campaign: 'May day',
  })
})

test('as a proxy may ask, with the whole URL, it is the same', () => {
  expect(utmOf('http://go.example/spring?a=1&utm_content=blue+button', plain)).toEqual({
    content: 'blue button',
  })
})

test('where no campaign is named there is none', () => {
  expect(utmOf('/spring', plain)).toBeUndefined()
  expect(utmOf('/spring?utm_source=&utm_medium=%20&utm_id=7', plain)).toBeUndefined()
  expect(utmOf('/utm_source=a', plain)).toBeUndefined()
  expect(
    utmOf('/utm_spring', { destination: 'https://example.com/utm_x#?utm_term=y' }),
  ).toBeUndefined()
})

test('the first of several counts, and one empty in the request does not hide that of the link', () => {
  const link = { destination: 'https://example.com/?utm_source=poster' }
  expect(utmOf('/spring?utm_source=a&utm_source=b', plain)).toEqual({ source: 'a' })
  expect(utmOf('/spring?utm_source=', link)).toEqual({ source: 'poster' })
})

test('a long one is cut, never in the middle of a character', () => {
  const long = `${'a'.repeat(99)}\u{1f600}b`
  expect(utmOf(`/s?utm_source=${encodeURIComponent(long)}`, plain)).toEqual({
    source: 'a'.repeat(99),
  })
})

test('whatever is asked for, a campaign is readable text that analytics accepts', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom('%', '0', 'f', 'F', '+', '\u0000', '\u{1f600}'),
      maxLength: 130,
    }),
  )
  const query = fc.array(fc.tuple(fc.constantFrom(...utmParameters), value), { maxLength: 8 })
  fc.assert(
    fc.property(query, fc.boolean(), (parameters, encoded) => {
      const text = parameters
        .map(
          ([name, raw]) => `utm_${name}=${encoded ? encodeURIComponent(raw.toWellFormed()) : raw}`,
        )
        .join('&')
      const utm = utmOf(`/s?${text}`, plain)
      expect(Click.shape.utm.safeParse(utm).error).toBeUndefined()
      for (const part of Object.values(utm ?? {})) {
        expect(part.isWellFormed()).toBe(true)
        expect(part).toMatch(/^[^\u0000-\u001f\u007f-\u009f]+$/u)
      }
    }),
  )
})

test('what stands in a path is no parameter', () => {
  expect(utmOf('/a', { destination: 'https://example.com/a&utm_source=b' })).toBeUndefined()
})

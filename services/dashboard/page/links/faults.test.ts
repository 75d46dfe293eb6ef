import { expect, test } from '@jest/globals'
import { CreateKey } from '@sleepwell/contracts/key'
import { CreateLink } from '@sleepwell/contracts/link'
import { problem, type ProblemCode, type ProblemDetails } from '@sleepwell/contracts/problem'
import { faultsOf, isElsewhere } from './faults.ts'

const refused = (code: ProblemCode, details?: ProblemDetails) =>
  faultsOf({ problem: problem(code, details) })

/** As link-write refuses such a body. */
function refusedBody(body: object) {
  const { error } = CreateLink.safeParse({ destination: 'https://shop.example/', ...body })
  return refused('invalid_body', {
    errors: (error?.issues ?? []).map(({ path, message }) => ({
      pointer: path.map((part) => `/${String(part)}`).join(''),
      message,
    })),
  })
}

test('what the API says to programs is words, beside the field that it is about', () => {
  const faults = refusedBody({
    cacheSeconds: 99_999_999,
    maxClicks: 1.5,
    tags: ['x'.repeat(51)],
    utm: { source: 'x'.repeat(101), medium: 'm' },
    preview: { title: 'x'.repeat(201), description: 'd' },
  })
  expect(Object.keys(faults).toSorted()).toEqual([
    'cacheSeconds',
    'maxClicks',
    'preview/title',
    'tags',
    'utm/source',
  ])
  for (const words of Object.values(faults)) expect(words).not.toMatch(/expected|received|Invalid/u)
})

test('the name of a key is refused in words', () => {
  const { error } = CreateKey.safeParse({ name: 'x'.repeat(101), scopes: ['links:read'] })
  const [issue] = error?.issues ?? []
  const errors = [{ pointer: '/name', message: issue?.message ?? '' }]
  expect(refused('invalid_body', { errors })).toEqual({
    name: 'At most 100 characters, in one line.',
  })
})

test('an address that is none is a fault of the field that has it', () => {
  const at = (pointer: string) =>
    refused('destination_invalid', { errors: [{ pointer, message: 'cannot be' }] })
  for (const field of ['destination', 'expiredDestination', 'preview/image'])
    expect(Object.keys(at(`/${field}`))).toEqual([field])
  expect(
    refused('destination_too_long', { errors: [{ pointer: '/utm', message: 'is too long' }] }),
  ).toHaveProperty('destination')
})

test('what no pointer says is known by its code, and what belongs to no field stays whole', () => {
  expect(refused('slug_taken')).toEqual({ slug: 'Taken.' })
  expect(refused('rate_limited')).toEqual({})
  expect(faultsOf(new Error('x'))).toEqual({})
  expect(isElsewhere({}, ['slug'])).toBe(true)
  expect(isElsewhere({ slug: 'Taken.' }, ['slug'])).toBe(false)
  expect(isElsewhere({ slug: 'Taken.', externalId: 'Taken.' }, ['slug'])).toBe(true)
})

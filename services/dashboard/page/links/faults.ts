// A refusal, as words beside the fields that it is about. The API tells programs what it would take; this tells people.
import type { Problem, ProblemCode } from '@sleepwell/contracts/problem'
import { slugRule } from './slug-check.ts'

const whole = 'It begins with https:// or http://.'
const text = (most: string) => `At most ${most} characters, in one line.`

/** Where a field has not the shape that the API takes. */
const shapes: Readonly<Record<string, string>> = {
  name: text('100'),
  title: text('200'),
  tags: 'At most 20, each of at most 50 characters.',
  notes: 'At most 2,000 characters, and none that cannot be seen.',
  startsAt: 'A time from 1970 on, before the year 10000.',
  expiresAt: 'A time before the year 10000.',
  maxClicks: 'A whole number from 1 to 1,000,000,000.',
  cacheSeconds: 'A whole number from 0 to 86,400, which is a day.',
  'preview/title': text('200'),
  'preview/description': text('500'),
  'preview/image': whole,
  utm: text('100'),
}

/** What else is refused, and of which field where no pointer says so. */
const refusals: Partial<Record<ProblemCode, readonly [words: string, field?: string]>> = {
  destination_invalid: [`This is no address. ${whole}`, 'destination'],
  destination_scheme: [whole, 'destination'],
  destination_too_long: ['Too long: at most 2,048 characters.', 'destination'],
  destination_own_host: ['It leads back to this service.', 'destination'],
  destination_blocked: ['It is on the blocklist of this service.', 'destination'],
  slug_invalid: [slugRule, 'slug'],
  slug_reserved: ['One of our own paths.', 'slug'],
  slug_taken: ['Taken.', 'slug'],
  slug_blocked: ['A link that was blocked had it.', 'slug'],
  too_many_aliases: ['It has had too many slugs; give one up first.', 'slug'],
  domain_unknown: ['Short links cannot live on this domain.', 'slug'],
  expires_in_past: ['It must lie in the future.', 'expiresAt'],
  starts_after_expiry: ['It must lie before the expiry.', 'startsAt'],
  limited_link_cached: [
    'Where clicks are limited it must be 0: what a browser repeats is not counted.',
    'cacheSeconds',
  ],
}

/** By their fields, as pointers name them: `title`, `preview/image`. */
export type Faults = Readonly<Record<string, string | undefined>>

export function faultsOf(error: unknown): Faults {
  const { problem } = Object(error) as { problem?: Problem }
  if (problem === undefined) return {}
  const [words, field] = refusals[problem.code] ?? []
  const pointed = (problem.errors ?? []).flatMap(({ pointer, message }) => {
    const place = fieldAt(pointer)
    return place === '' ? [] : [[place, words ?? shapeOf(place) ?? message] as const]
  })
  // Of several the first is told.
  if (pointed.length > 0) return Object.fromEntries(pointed.toReversed())
  return field === undefined ? {} : { [field]: words }
}

/** Faults that are shown beside none of these fields. */
export function isElsewhere(faults: Faults, shown: readonly string[]): boolean {
  const all = Object.keys(faults)
  return all.length === 0 || all.some((field) => !shown.includes(field))
}

function fieldAt(pointer: string): string {
  const [, field = '', inner] = pointer.split('/')
  if (field === 'domain') return 'slug'
  // With its parameters the destination is too long: that is no fault of one of them.
  if (field === 'utm' && inner === undefined) return 'destination'
  return inner !== undefined && ['preview', 'utm'].includes(field) ? `${field}/${inner}` : field
}

function shapeOf(field: string): string | undefined {
  return shapes[field] ?? shapes[field.split('/')[0] ?? '']
}

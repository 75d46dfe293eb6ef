import { Id } from '@sleepwell/contracts/id'
import { z } from 'zod'
import { refuse } from './refuse.ts'

/** Milliseconds since the epoch. */
export interface Range {
  readonly from: number
  readonly to: number
}

const dayMs = 86_400_000
const defaultRangeMs = 7 * dayMs
const maxRangeMs = 400 * dayMs
const earliest = Date.UTC(1970, 0, 1)
const latest = Date.UTC(9999, 0, 1)

/** 31 days, also when clocks go back in them. */
const maxRawMs = 31 * dayMs + 3_600_000

/** Seconds may be left out. */
const Instant = z.union([
  z.iso.datetime({ offset: true }),
  z.iso.datetime({ offset: true, precision: -1 }),
])

/** The last seven days unless something else is asked, rounded outward to whole steps. */
export function readRange(
  given: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
  stepMs: number,
): Range {
  const up = (time: number) => Math.ceil(time / stepMs) * stepMs
  const to = up(given.to === undefined ? now : readInstant('to', given.to))
  const from =
    given.from === undefined
      ? to - defaultRangeMs
      : Math.floor(readInstant('from', given.from) / stepMs) * stepMs
  if (from >= to) refuse('range_invalid', { detail: 'from must lie before to.' })
  if (to - from > maxRangeMs) refuse('range_invalid', { detail: 'At most 400 days.' })
  if (from < earliest || to > latest) refuse('range_invalid', { detail: 'Nothing is that far.' })
  return { from, to }
}

/** Refuses what is too much to look at click by click. */
export function requireRawRange({ from, to }: Range, stepMs: number): void {
  if (to - from > maxRawMs + 2 * stepMs)
    refuse('range_too_wide', { detail: 'Clicks one by one: at most 31 days.' })
}

export function readLinkId(linkId: string | undefined): string | undefined {
  if (linkId !== undefined && !Id.safeParse(linkId).success) refuse('link_not_found')
  return linkId
}

function readInstant(name: 'from' | 'to', text: string): number {
  // A + that was not encoded arrives as a space.
  const instant = Instant.safeParse(text.replace(' ', '+'))
  if (instant.success) return Date.parse(instant.data)
  const message = 'must be a time such as 2026-01-31T00:00:00+01:00'
  return refuse('range_invalid', { errors: [{ pointer: name, message }] })
}

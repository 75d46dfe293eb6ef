// Campaign parameters are part of the destination, and stored nowhere else: whoever edits one sees it in the other.
import { utmParameters } from './click.ts'
import type { GivenUtm, LinkUtm } from './link-fields.ts'

const prefix = 'utm_'

/** Null where the destination has none. */
export function utmOf(destination: string): LinkUtm | null {
  // Nearly every destination is told by this.
  if (!destination.includes(prefix) && !destination.includes('%')) return null
  const query = new URL(destination).searchParams
  const utm = Object.fromEntries(
    utmParameters.map((name) => [name, query.get(`${prefix}${name}`) || null]),
  ) as LinkUtm
  return Object.values(utm).some((value) => value !== null) ? utm : null
}

/**
 * Sets and takes away parameters; all others stay as they were written, letter by letter, because somebody may have signed
 * them. Undefined leaves everything as it is, null takes all of them away.
 *
 * @param destination as the URL parser serialises it
 */
export function withUtm(destination: string, given: GivenUtm | null | undefined): string {
  if (given === undefined) return destination
  const changes = utmParameters.flatMap((name) => {
    const value = given === null ? null : given[name]
    return value === undefined ? [] : [[`${prefix}${name}`, value] as const]
  })
  const names = new Set<string>(changes.map(([name]) => name))
  const url = new URL(destination)
  const before = url.search === '' ? [] : url.search.slice(1).split('&')
  const kept = before.filter((pair) => !names.has(nameOf(pair)))
  const set = changes.flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${encodeURIComponent(value)}`],
  )
  if (kept.length === before.length && set.length === 0) return destination
  const query = [...kept, ...set].join('&')
  // The setter drops one question mark in front.
  url.search = query === '' ? '' : `?${query}`
  return url.href
}

// Decoded: %75tm_source is utm_source. The question mark, because the parser drops one that a name begins with.
function nameOf(pair: string): string {
  return [...new URLSearchParams(`?${pair}`).keys()][0] ?? ''
}

// The query of a visitor, put onto the destination. Whatever they send, it stays a query: scheme, host, path and fragment
// are those of the destination.
import { maxDestinationLength } from '@sleepwell/contracts/destination'

/** As long as a destination may be. */
const maxLength = maxDestinationLength * 4

/**
 * Parameters that the request names replace those of the destination; all others stay as they were written, letter by
 * letter, because somebody may have signed them. What would become too long to be followed is not forwarded.
 *
 * @param destination as the URL parser serialises it
 * @param target of the request, path and query
 */
export function forwardQuery(destination: string, target: string): string {
  const query = queryOf(target)
  if (query === '') return destination
  const url = new URL(destination)
  const named = new Set(namesIn(query))
  const kept = url.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !namesIn(pair).some((name) => named.has(name)))
  // The setter encodes all that could end a query, and drops one question mark in front.
  url.search = `?${[...kept, query].join('&')}`
  return url.href.length > maxLength ? destination : url.href
}

function queryOf(target: string): string {
  const withoutFragment = target.split('#', 1)[0] ?? ''
  const start = withoutFragment.indexOf('?')
  return start === -1 ? '' : withoutFragment.slice(start + 1)
}

// Decoded: %61 is an a. The question mark, because the parser drops one that a name begins with.
function namesIn(query: string): string[] {
  return [...new URLSearchParams(`?${query}`).keys()]
}

// The rest of a visitor's path, put behind that of the destination. Whatever they send, it stays below: scheme, host, query and
// fragment are those of the destination, and its path is the beginning of the new one.
import { maxDestinationLength } from '@sleepwell/contracts/destination'

/** As long as a destination may be. */
const maxLength = maxDestinationLength * 4

/**
 * Encoded characters, an encoded slash too, and empty segments stay as they are. Segments of dots are carried out, and lead no
 * further up than the destination. Undefined: it would be too long to be followed.
 *
 * @param destination as the URL parser serialises it
 * @param rest of the request's path, from a slash on
 */
export function forwardPath(destination: string, rest: string): string | undefined {
  const url = new URL(destination)
  const below = new URL(url.origin)
  below.pathname = rest
  url.pathname = `${url.pathname.replace(/\/$/u, '')}${below.pathname}`
  return url.href.length > maxLength ? undefined : url.href
}

import type { ProblemCode } from './problem.ts'

/** Characters, of the destination as it was typed. */
export const maxDestinationLength = 2048

/** Characters, of the destination as it is stored: what is not ASCII takes several. */
export const maxHrefLength = maxDestinationLength * 4

// Anything below a space, DEL, C1 controls, and every kind of white space: WHATWG parsing drops some of them
// silently, so that "java\nscript:" becomes a scheme that nobody checked.
const refused =
  /[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2060\u3000\ufeff\\]/u

const printableAscii = /^[\u0021-\u007e]+$/u

export type Destination = { readonly href: string } | { readonly problem: DestinationProblem }

type DestinationProblem = Extract<
  ProblemCode,
  'destination_invalid' | 'destination_scheme' | 'destination_too_long' | 'destination_own_host'
>

/**
 * The one URL parser. The raw string is checked first, then the WHATWG parse; `href` is its serialisation and the
 * only form that may become a `Location`: printable ASCII, http or https.
 *
 * @param ownHosts host names that this system answers on, as {@link hostOf} gives them
 */
export function readDestination(raw: string, ownHosts: ReadonlySet<string>): Destination {
  if (typedLength(raw) > maxDestinationLength) return { problem: 'destination_too_long' }
  if (raw === '' || refused.test(raw) || !raw.isWellFormed())
    return { problem: 'destination_invalid' }
  // Without its own check "https:example.com" would be quietly completed.
  const scheme = /^([a-z][a-z0-9+.-]*):/iu.exec(raw)?.[1]?.toLowerCase()
  if (scheme === undefined) return { problem: 'destination_invalid' }
  if (scheme !== 'http' && scheme !== 'https') return { problem: 'destination_scheme' }
  if (!/^https?:\/\//iu.test(raw) || !URL.canParse(raw)) return { problem: 'destination_invalid' }
  const url = new URL(raw)
  if (url.hostname === '' || !printableAscii.test(url.href))
    return { problem: 'destination_invalid' }
  if (url.href.length > maxHrefLength) return { problem: 'destination_too_long' }
  if (ownHosts.has(withoutTrailingDot(url.hostname))) return { problem: 'destination_own_host' }
  return { href: url.href }
}

/** What we have serialised is taken back: each letter that was typed may be several by now. */
function typedLength(raw: string): number {
  if (raw.length <= maxDestinationLength || raw.length > maxHrefLength) return raw.length
  try {
    return decodeURI(raw).length
  } catch {
    return raw.length
  }
}

/** Host name of an origin or a bare host, lower case, IDNA, without port and trailing dot; undefined if it is none. */
export function hostOf(originOrHost: string): string | undefined {
  const origin = /^https?:\/\//iu.test(originOrHost)
  // The parser would quietly drop a line break, a path or a user name from what claims to be a host.
  if (refused.test(originOrHost) || (!origin && /[/?#@]/u.test(originOrHost))) return undefined
  const text = origin ? originOrHost : `http://${originOrHost}`
  if (!URL.canParse(text)) return undefined
  const host = withoutTrailingDot(new URL(text).hostname)
  return host === '' ? undefined : host
}

function withoutTrailingDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
}

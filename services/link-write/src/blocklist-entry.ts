// What an entry of a blocklist says, and which entries could say something of a URL. Both are written the same way, so that to
// match is to be equal.
import { readDestination } from '@sleepwell/contracts/destination'

// Nearly all entries are of this kind, and a URL parser takes five times as long to say that they stay as they are.
const plainHost = /^(?:(?!xn--)[a-z0-9][a-z0-9-]*\.)+(?!xn--)[a-z][a-z0-9-]*$/u
const maxHost = 253
const hostName = new RegExp(`^(?=.{1,${maxHost}}$)[^.]+(?:\\.[^.]+)+$`, 'u')
const noHosts: ReadonlySet<string> = new Set()

/**
 * An entry is a host (it and all below it), or a host and the beginning of a path (`example.com/a`: `/a`, `/a/b` and `/a?c`, not
 * `/ab`). The scheme and the port say nothing.
 *
 * @returns what is wrong with it if it is none
 */
export function readEntry(text: string): { readonly entry: string } | { readonly fault: string } {
  if (text.length <= maxHost && plainHost.test(text)) return { entry: text }
  const bare = text.replace(/^https?:\/\//iu, '').replace(/^\*\./u, '')
  if (bare.includes('#') || bare.includes('@')) return { fault: 'has a fragment or a user name' }
  const destination = readDestination(`http://${bare}`, noHosts)
  if (!('href' in destination)) return { fault: 'is neither a host nor a URL' }
  const { host, isName, rest } = partsOf(destination.href)
  if (isName && !hostName.test(host)) return { fault: 'names no host, or one without a dot' }
  return { entry: host + rest }
}

/** How often a path may end within an entry: `/a`, `/a/b`. */
export function depthOf(entry: string): number {
  return endsIn(entry.slice(hostLength(entry))).length
}

/** Every entry that would block it, from its host down; of prefixes those of at most this depth. */
export function* entriesAgainst(href: string, deepest: number): Generator<string> {
  const { host, isName, rest } = partsOf(href)
  yield host
  if (isName)
    for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1))
      if (host.includes('.', dot + 1)) yield host.slice(dot + 1)
  for (const end of endsIn(rest).slice(0, deepest)) yield host + rest.slice(0, end)
}

function partsOf(href: string): {
  readonly host: string
  readonly isName: boolean
  readonly rest: string
} {
  const { hostname, pathname, search } = new URL(href)
  const host = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
  const isName = !host.startsWith('[') && !/^[\d.]+$/u.test(host)
  const rest = plain(pathname).replaceAll(/\/{2,}/gu, '/') + plain(search)
  return { host, isName, rest: rest.replace(/[/?&]+$/u, '') }
}

/** As it is without escapes that nothing needs: a server sees no difference. */
function plain(text: string): string {
  return text.replaceAll(/%([\da-f]{2})/giu, (escape, hex: string) => {
    const letter = String.fromCharCode(Number.parseInt(hex, 16))
    return /[A-Za-z0-9_.~-]/u.test(letter) ? letter : escape.toUpperCase()
  })
}

/** Where a part of a path or of a query ends. */
function endsIn(rest: string): number[] {
  const ends = [...rest.matchAll(/[/?&]/gu)].map(({ index }) => index).filter((index) => index > 0)
  return rest === '' ? [] : [...ends, rest.length]
}

function hostLength(entry: string): number {
  const end = entry.search(/[/?]/u)
  return end === -1 ? entry.length : end
}

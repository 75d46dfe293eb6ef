// Who tries slug after slug finds out what exists, and makes the databases work for it. After so many unknown slugs they
// are not asked for that source any more; links that memory or Redis knows lead on for it as for everybody.
import type { IncomingMessage } from 'node:http'
import { LRUCache } from 'lru-cache'
import type { ClientAddress } from './client-address.ts'
import { hashOf } from './hash-text.ts'
import type { Resolution, ResolveLink } from './resolve-link.ts'
import { network } from './visitor-id.ts'

export interface LimitScansDeps {
  readonly resolveLink: Pick<ResolveLink, 'find' | 'holds'>
  readonly clientAddress: ClientAddress
  /** Milliseconds, monotonic. */
  readonly now: () => number
}

/** Never rejects. */
export type FindForSource = (
  domain: string,
  slug: string,
  req: IncomingMessage,
) => Promise<Resolution | 'limited'>

/** Different ones, in a minute. People mistype a few; behind one address there may be many people. */
const maxUnknown = 60
export const windowSeconds = 60
/** With their slugs some 10 MB. Whoever scans from more sources is no scanner but a flood. */
const maxSources = 4096

interface Window {
  readonly endsAt: number
  /** Hashes: what a slug is does not matter here, and 60 long ones of each source would add up. */
  readonly unknown: Set<number>
}

/** Counts when the answer is there: many good links that are loaded at once must not look like a scan. */
export function createLimitScans(deps: LimitScansDeps): FindForSource {
  const { resolveLink, now } = deps
  const windows = new LRUCache<string, Window>({ max: maxSources })
  const windowOf = (source: string) => {
    const window = windows.get(source)
    return window !== undefined && now() < window.endsAt ? window : undefined
  }
  const count = (source: string, domain: string, slug: string) => {
    let window = windowOf(source)
    if (window === undefined) {
      window = { endsAt: now() + windowSeconds * 1000, unknown: new Set() }
      windows.set(source, window)
    }
    if (window.unknown.size < maxUnknown) window.unknown.add(hashOf(`${domain}/${slug}`))
  }
  return async (domain, slug, req) => {
    const source = network(deps.clientAddress(req))
    const limited = windowOf(source)?.unknown.size === maxUnknown
    if (limited && !(await resolveLink.holds(domain, slug))) return 'limited'
    const found = await resolveLink.find(domain, slug)
    if (found === 'absent') count(source, domain, slug)
    return found
  }
}

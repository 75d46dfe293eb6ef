// A process has one connection to a server, and a question takes a round trip and a turn of a busy event loop however
// many links it is about. So whoever comes while one is under way is asked about together, in the next.
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import type { Server } from '@sleepwell/runtime/database-set'
import type { Pool } from 'pg'

export interface LinkName {
  readonly domain: string
  readonly slug: string
}

/** Rejects when the server does not answer in time, or is not asked. */
export type FindLink = (server: Server, name: LinkName) => Promise<CachedLink | 'absent'>

export interface FindTogetherDeps {
  /** An answer for each, in the same order. */
  readonly find: (
    pool: Pool,
    names: readonly LinkName[],
  ) => Promise<readonly (CachedLink | 'absent')[]>
  /** So many questions to a server are under way at once. */
  readonly connections: number
}

/** Some milliseconds of a database. */
export const maxTogether = 200
/** More are refused at once: they would be answered when nobody waits any more. */
export const maxWaiting = 10 * maxTogether

interface Waiting extends LinkName {
  readonly resolve: (link: CachedLink | 'absent') => void
  readonly reject: (error: unknown) => void
}

export function createFindTogether({ find, connections }: FindTogetherDeps): FindLink {
  const lines = new Map<Server, { readonly waiting: Waiting[]; underWay: number }>()
  const lineOf = (server: Server) => {
    const line = lines.get(server) ?? { waiting: [], underWay: 0 }
    lines.set(server, line)
    return line
  }
  const send = async (server: Server) => {
    const line = lineOf(server)
    line.underWay += 1
    let together: Waiting[] = []
    try {
      const links = await server.ask(async (pool) => {
        // Only now: others may have come while the connection was in use.
        together = line.waiting.splice(0, maxTogether)
        return together.length === 0 ? [] : await find(pool, together)
      })
      together.forEach(({ resolve }, i) => resolve(links[i] ?? 'absent'))
    } catch (error) {
      // If it was not asked at all, it is not asked for any of them.
      const told = together.length === 0 ? line.waiting.splice(0) : together
      for (const { reject } of told) reject(error)
    } finally {
      line.underWay -= 1
    }
    if (line.waiting.length > 0 && line.underWay < connections) void send(server)
  }
  return (server, { domain, slug }) =>
    new Promise((resolve, reject) => {
      const line = lineOf(server)
      if (line.waiting.length >= maxWaiting) return reject(new Error('too many wait to be asked'))
      line.waiting.push({ domain, slug, resolve, reject })
      if (line.underWay < connections) void send(server)
    })
}

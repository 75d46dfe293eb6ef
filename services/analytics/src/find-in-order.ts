import type { Server } from '@sleepwell/runtime/database-set'
import type { Pool } from 'pg'

/** A replica further behind might know a key that was revoked longer ago than is promised; that takes 30 s at most. */
const keyLagMs = 20_000

/** Of those that may be asked, who can be trusted with keys. */
export function upToDate(servers: readonly Server[]): readonly Server[] {
  return servers.filter(({ role, lagMs }) => role === 'primary' || lagMs() <= keyLagMs)
}

/**
 * Asks the nearest server that answers. What a replica does not know may not have reached it yet: the primary is asked
 * once more, if it may be.
 *
 * @throws what the last server said when none answered
 */
export async function findInOrder<T extends object>(
  servers: readonly Server[],
  find: (pool: Pool) => Promise<T | 'absent'>,
  mayAskPrimary: () => boolean,
): Promise<T | 'absent'> {
  let failure: unknown
  let absent = false
  let left = servers
  for (let server = left[0]; server !== undefined; server = left[0]) {
    left = left.slice(1)
    try {
      const found = await server.ask(find)
      if (found !== 'absent' || server.role === 'primary') return found
      absent = true
      left = mayAskPrimary() ? left.filter((other) => other.role === 'primary') : []
    } catch (error) {
      failure = error
    }
  }
  if (absent) return 'absent'
  throw failure
}

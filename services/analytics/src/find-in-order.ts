import type { Server } from '@sleepwell/runtime/database-set'
import type { Pool } from 'pg'

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

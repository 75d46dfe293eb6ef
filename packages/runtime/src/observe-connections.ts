import type { Pool } from 'pg'

type Connections = Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'>

/** Of pools by the name of their server: connections in use and idle, and questions that wait for one. */
export function connectionsOf(
  pools: readonly (readonly [server: string, pool: Connections])[],
): (readonly [{ readonly server: string; readonly state: string }, number])[] {
  return pools.flatMap(([server, { totalCount, idleCount, waitingCount }]) => [
    [{ server, state: 'busy' }, totalCount - idleCount] as const,
    [{ server, state: 'idle' }, idleCount] as const,
    [{ server, state: 'waiting' }, waitingCount] as const,
  ])
}

// One database with replicas, as a reader sees it: which server to ask first, which one to pass over, whom to spare.
import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  handleAll,
  type IPolicy,
  wrap,
} from 'cockatiel'
import type { Pool } from 'pg'
import { type Breaker, breakerOf } from './breaker.ts'
import { every } from './every.ts'
import type { Logger } from './log.ts'
import { openPool } from './postgres.ts'

export interface DatabaseSetOptions {
  readonly primary: string
  /** Nearest first. */
  readonly replicas: readonly string[]
  /** Shown in pg_stat_activity. */
  readonly name: string
  /** Connections to each server. */
  readonly max: number
  readonly replicaTimeoutMs: number
  readonly primaryTimeoutMs: number
  readonly log: Logger
  readonly heartbeatEveryMs?: number
}

export interface Server {
  readonly role: 'replica' | 'primary'
  readonly url: string
  /** Rejects when the server does not answer in time, or is not asked because it did not for a while. */
  readonly ask: <T>(question: (pool: Pool) => Promise<T>) => Promise<T>
  /** How far it was behind the freshest server at the last look; 0 where nobody knows. */
  readonly lagMs: () => number
}

export interface DatabaseSet extends AsyncDisposable {
  /** Whom to ask, in this order: near replicas, the primary, and last those that lag or did not answer lately. */
  readonly inOrder: () => readonly Server[]
  /** Asks the first that answers; rejects with what the last one said if none does. */
  readonly ask: Server['ask']
  /** Has the primary write something: one at a time, and its failures keep nobody from asking. */
  readonly tell: Server['ask']
  /** Seconds that each replica was behind the freshest server, nearest first; undefined where nobody knows. */
  readonly lagSeconds: () => readonly (number | undefined)[]
  /** Whether each server is asked, and the pool of connections to it; replicas first. */
  readonly servers: () => readonly {
    readonly name: string
    readonly breaker: Breaker
    readonly pool: Pool
  }[]
}

/** Further behind, a replica is asked only when nobody else answers. */
const lagging = 30
/** Further behind, never: what a reader remembers of recent changes would not reach back so far. */
const useless = 9 * 60

interface Watched extends Server {
  readonly tell: Server['ask']
  readonly name: string
  readonly pool: Pool
  readonly breaker: () => Breaker
  /** The newest heartbeat it has shown, milliseconds since the epoch. */
  heartbeatAt: number | undefined
  /** At the last look; until then it is believed to. */
  answers: boolean
}

export function openDatabaseSet(options: DatabaseSetOptions): DatabaseSet {
  const open = new AsyncDisposableStack()
  const watch = (
    role: Server['role'],
    url: string,
    timeoutMs: number,
    number?: number,
  ): Watched => {
    const { name, max, log } = options
    const pool = open.use(openPool({ url, name, max, timeoutMs, log }))
    const server: Watched = {
      role,
      name: number === undefined ? role : `${role}-${number}`,
      url,
      pool,
      ...guarded(pool, max, timeoutMs),
      lagMs: () => (lagOf(server) ?? 0) * 1000,
      heartbeatAt: undefined,
      answers: true,
    }
    return server
  }
  const replicas = options.replicas.map((url, i) =>
    watch('replica', url, options.replicaTimeoutMs, i + 1),
  )
  const primary = watch('primary', options.primary, options.primaryTimeoutMs)
  const servers = [...replicas, primary]

  const lagOf = (server: Watched): number | undefined => {
    if (server.heartbeatAt === undefined) return undefined
    const freshest = Math.max(...servers.map((other) => other.heartbeatAt ?? 0))
    return (freshest - server.heartbeatAt) / 1000
  }
  if (replicas.length > 0) {
    open.use(
      every(
        options.heartbeatEveryMs ?? 1000,
        async () => {
          await Promise.all(servers.map(readHeartbeat))
        },
        () => {},
      ),
    )
  }
  const inOrder = () => {
    const usable = replicas.filter((replica) => (lagOf(replica) ?? 0) <= useless)
    const near = usable.filter((replica) => replica.answers && (lagOf(replica) ?? 0) <= lagging)
    return [...near, primary, ...usable.filter((replica) => !near.includes(replica))]
  }
  return {
    inOrder,
    tell: primary.tell,
    ask: async (question) => {
      let failure: unknown
      for (const server of inOrder()) {
        try {
          return await server.ask(question)
        } catch (error) {
          failure = error
        }
      }
      throw failure
    },
    lagSeconds: () => replicas.map(lagOf),
    servers: () => servers.map(({ name, pool, breaker }) => ({ name, pool, breaker: breaker() })),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

async function readHeartbeat(server: Watched): Promise<void> {
  try {
    // Whether it answers is asked even while questions to it are held back.
    const { rows } = await server.pool.query<{ at: Date }>({
      name: 'replication_heartbeat',
      text: 'select at from replication_heartbeat',
    })
    server.heartbeatAt = rows[0]?.at.getTime()
    server.answers = true
  } catch {
    server.answers = false
  }
}

/** At 0.3 ms a question some 60 ms: whoever waited longer would be told too late. The next one is told at once. */
const maxWaiting = 200

/**
 * A server that is away costs nothing per question, and no question waits where its deadline is running. Reads and
 * writes share the connections in the order in which they come, so that of the few that there are a read waits for
 * one write at most. They do not share the breaker: a primary whose commits hang answers reads all the same, and
 * writes that go on failing would never let it close. Whoever has waited for a connection longer than an answer may
 * take has left, and is not asked for any more: a server that is behind would for ever answer those who have left.
 */
function guarded(
  pool: Pool,
  connections: number,
  patienceMs: number,
): Pick<Watched, 'ask' | 'tell' | 'breaker'> {
  const places = bulkhead(connections, maxWaiting)
  const openBreaker = () =>
    circuitBreaker(handleAll, { halfOpenAfter: 1000, breaker: new ConsecutiveBreaker(5) })
  const [asking, telling] = [openBreaker(), openBreaker()]
  const lineUp = (line: IPolicy, answering: IPolicy): Server['ask'] => {
    return (question) => {
      const askedAt = performance.now()
      return line.execute(async () => {
        if (performance.now() - askedAt > patienceMs) throw new Error('waited too long to be asked')
        return await answering.execute(() => question(pool))
      })
    }
  }
  return {
    ask: lineUp(places, asking),
    tell: lineUp(wrap(bulkhead(1, maxWaiting), places), telling),
    breaker: () => breakerOf(asking),
  }
}

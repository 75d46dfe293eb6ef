// How many requests a key may make. Every process counts in one table, so that a quota is one whoever answers; the table is in no
// log of the database, so that counting waits for no disk and no standby (0.1 ms of a request).
import type { Taken } from '@sleepwell/runtime/express-api'
import { createFailureStreak } from '@sleepwell/runtime/failure-streak'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import type { Pool } from 'pg'
import { RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible'
import type { Caller } from './authenticate.ts'

export interface QuotaOptions {
  readonly postgres: Pool
  /** Of a key that has no quota of its own. */
  readonly requestsPerMinute: number
  readonly log: Logger
}

const windowSeconds = 60

export function createTakeRequest({ postgres, requestsPerMinute, log }: QuotaOptions) {
  const limiters = new Map<number, RateLimiterPostgres>()
  const streak = createFailureStreak((error) =>
    log.warn(errorFields(error), 'requests are not counted, and none is refused'),
  )

  function limiterOf(points: number): RateLimiterPostgres {
    const known = limiters.get(points)
    if (known !== undefined) return known
    const limiter = new RateLimiterPostgres({
      storeClient: postgres,
      storeType: 'pool',
      tableName: 'rate_limits',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: '',
      points,
      duration: windowSeconds,
      // Whoever has used up his quota costs the database nothing more.
      inMemoryBlockOnConsumed: points,
    })
    limiters.set(points, limiter)
    return limiter
  }

  /** A database that cannot count refuses nobody. */
  return async (
    caller: Pick<Caller, 'keyId' | 'requestsPerMinute'>,
  ): Promise<Taken | 'uncounted'> => {
    const quota = caller.requestsPerMinute ?? requestsPerMinute
    try {
      const left = await limiterOf(quota).consume(caller.keyId)
      streak.worked()
      return taken(left, quota, false)
    } catch (error) {
      if (isRefusal(error)) return taken(error, quota, true)
      streak.failed(error)
      return 'uncounted'
    }
  }
}

function taken(left: RateLimiterRes, quota: number, isRefused: boolean): Taken {
  // A client that comes back when it is told to must not be early.
  const resetSeconds = Math.max(1, Math.ceil(left.msBeforeNext / 1000))
  return { isRefused, quota, windowSeconds, left: left.remainingPoints, resetSeconds }
}

/** The library refuses by rejecting with what is left. */
function isRefusal(error: unknown): error is RateLimiterRes {
  return typeof error === 'object' && error !== null && 'msBeforeNext' in error
}

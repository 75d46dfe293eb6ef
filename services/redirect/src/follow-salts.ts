import { every } from '@sleepwell/runtime/every'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import type { VisitorSalt } from './link-table.ts'

export interface FollowSaltsDeps {
  readonly find: () => Promise<VisitorSalt[]>
  readonly use: (salts: readonly VisitorSalt[]) => void
  readonly log: Logger
}

/** Until link-write has made the salt of the day, clicks are counted and nobody is unique: so not for long. */
const pauseMs = 1_000

/** Keeps the salts of these days at hand; without a database those that are known serve on. */
export function followSalts({ find, use, log }: FollowSaltsDeps): AsyncDisposable {
  let failing = false
  return every(
    pauseMs,
    async () => {
      use(await find())
      failing = false
    },
    (error) => {
      if (!failing) log.warn(errorFields(error), 'visitor salts cannot be read')
      failing = true
    },
  )
}

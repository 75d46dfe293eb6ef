import { SleepwellError } from '@sleepwell/client/sleepwell-error'
import { CommanderError } from 'commander'

/** 0: done. 1: refused, or not all of it done. 2: called wrongly. 3: nobody could be reached, or not with this key. */
export type ExitCode = 0 | 1 | 2 | 3

/** The command, its settings or its input are not as they have to be. */
export class UsageError extends Error {
  override name = 'UsageError'
}

const inVain = new Set(['unavailable', 'unauthenticated', 'key_expired', 'forbidden'])

/** Nobody answers; or only a proxy in front of it, which says so in its own way. */
export function isUnreachable({ code, status }: SleepwellError): boolean {
  if (code === 'unexpected_answer') return [502, 503, 504].includes(status)
  return code === 'unreachable' || code === 'timeout'
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof UsageError) return 2
  if (!(error instanceof SleepwellError)) return 1
  return isUnreachable(error) || inVain.has(error.code) ? 3 : 1
}

/** Undefined: it has been said already. */
export function explain(error: unknown): string | undefined {
  if (error instanceof CommanderError) return undefined
  if (!(error instanceof SleepwellError))
    return error instanceof Error ? error.message : String(error)
  const code = error.status === 0 ? '' : ` (${error.code})`
  const id = error.requestId === undefined ? '' : `\nrequest ${error.requestId}`
  return `${error.message}${code}${id}`
}

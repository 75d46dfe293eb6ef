import { types } from 'node:util'
import { ConfigError } from './env.ts'
import { errorFields, type Logger } from './log.ts'

const supervisorGone = 'supervisor gone'

/**
 * Resolves at the first SIGTERM or SIGINT, or when the supervisor that started this process is gone; to a signal that is
 * aborted when nobody has to be given time to route around this process. SIGTERM comes from what routes to it, and often
 * twice: from a supervisor and from its own; SIGINT from a person at a terminal, first or later.
 */
export async function stopRequested(log: Logger): Promise<AbortSignal> {
  const requested = Promise.withResolvers<string>()
  const hurry = new AbortController()
  const atOnce = (reason: string) => {
    hurry.abort()
    requested.resolve(reason)
  }
  const gone = () => atOnce(supervisorGone)
  // Both stay: Ctrl-C reaches the whole process group, and the supervisor then sends SIGTERM.
  process.on('SIGTERM', () => requested.resolve('SIGTERM'))
  process.on('SIGINT', () => atOnce('SIGINT'))
  process.once('disconnect', gone)
  // It may have gone before anybody listened. Nobody supervises a process without the property.
  if (Object.hasOwn(process, 'connected') && !process.connected) gone()
  const reason = await requested.promise
  process.off('disconnect', gone)
  if (process.connected) process.disconnect()
  log.info({ reason }, 'stopping')
  return hurry.signal
}

/** Runs a service's `main`; a failure becomes one line and a non-zero exit code once everything open is closed. */
export async function run(log: Logger, main: () => Promise<void>): Promise<void> {
  try {
    await main()
    log.info('stopped')
  } catch (error) {
    process.exitCode = 1
    if (process.connected) process.disconnect()
    if (error instanceof ConfigError)
      log.fatal({ mistakes: error.message.split('\n') }, 'wrong configuration')
    else log.fatal({ ...errorFields(error), message: describe(error) }, 'could not go on')
  }
}

// Start-up errors come from our own configuration and servers, never from a visitor: their text may be logged.
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ')
  return types.isNativeError(error) ? error.message : String(error)
}

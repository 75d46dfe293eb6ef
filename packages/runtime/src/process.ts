import { types } from 'node:util'
import { ConfigError } from './env.ts'
import { errorFields, type Logger } from './log.ts'

const supervisorGone = 'supervisor gone'

/** Resolves at the first SIGTERM or SIGINT, or when the supervisor that started this process is gone. */
export async function stopRequested(log: Logger): Promise<void> {
  const reason = await new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
    // It may have gone before anybody listened. Nobody supervises a process without the property.
    if (Object.hasOwn(process, 'connected') && !process.connected) resolve(supervisorGone)
    process.once('disconnect', () => resolve(supervisorGone))
  })
  // Ctrl-C reaches the whole process group, and the supervisor then sends SIGTERM: both are one request.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {})
  if (process.connected) process.disconnect()
  log.info({ reason }, 'stopping')
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

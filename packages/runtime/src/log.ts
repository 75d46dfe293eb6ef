import { types } from 'node:util'
import { pino, type Logger } from 'pino'
import pretty from 'pino-pretty'

export type { Logger } from 'pino'

/** JSON lines; on a terminal one readable line each. Never log a slug, a URL, an address or a user agent. */
export function createLog(service: string): Logger {
  const options = { base: { service }, level: 'info' }
  if (!process.stdout.isTTY) return pino(options)
  const readable = {
    singleLine: true,
    sync: true,
    ignore: 'service,pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
  }
  return pino(options, pretty({ ...readable, messageFormat: '{service}: {msg}' }))
}

/** The fields of an error that are safe to log: its message may quote what a visitor sent. */
export function errorFields(error: unknown): { error: string; code?: string } {
  if (!types.isNativeError(error)) return { error: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return code === undefined ? { error: error.name } : { error: error.name, code }
}

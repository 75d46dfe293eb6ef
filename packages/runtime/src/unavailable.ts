import { types } from 'node:util'

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** Whether a database error means that the server could not be asked, rather than that it objected. */
export function isUnavailable(error: unknown): boolean {
  // Not instanceof: an error may stem from another realm, as every one of Node's own does under Jest.
  if (!types.isNativeError(error)) return false
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.every(isUnavailable)
  const code = 'code' in error ? String(error.code) : ''
  // SQLSTATE: 08 connection, 53 out of resources, 57P the server stops or starts, 25006 a standby, 55P03 and 57014
  // waits, 40001 and 40P01 a transaction that another one pushed aside.
  if (
    connectionCodes.has(code) ||
    /^(08|53|57P)...?$|^(25006|55P03|57014|40001|40P01)$/u.test(code)
  )
    return true
  return /timeout|Connection terminated|Client has encountered a connection error|not queryable|Execution prevented|Bulkhead capacity/iu.test(
    error.message,
  )
}

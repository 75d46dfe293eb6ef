// A wrong password or an expired certificate does not go away by waiting; a server that is not there yet may come.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { types } from 'node:util'
import { Client } from 'pg'
import { ConfigError } from './env.ts'
import { errorFields, type Logger } from './log.ts'

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu

/**
 * Lets the authorities in a PEM file vouch for servers, beside those that Node knows. Every client that speaks TLS
 * with its defaults is meant.
 *
 * @throws {ConfigError} when the file cannot be read or holds no certificate
 */
export function trustAuthorities(file: string | undefined): void {
  if (file === undefined) return
  try {
    const given = readFileSync(file, 'utf8').match(certificateBlock) ?? []
    if (given.length === 0) throw new Error(`no certificate in ${file}`)
    // Parsed first: Node itself would take anything.
    const authorities = given.map((pem) => new X509Certificate(pem).toString())
    setDefaultCACertificates([...getCACertificates('default'), ...authorities])
  } catch (error) {
    throw new ConfigError(`CA_FILE: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * Asks an engine once, at boot.
 *
 * @param setting that holds its URL
 * @throws {ConfigError} when the engine refuses us, or we must refuse it; one that does not answer is only logged
 */
export async function probe(setting: string, ask: () => Promise<void>, log: Logger): Promise<void> {
  try {
    await ask()
  } catch (error) {
    const refusal = refusalIn(error)
    if (refusal !== undefined) throw new ConfigError(`${setting}: ${refusal}`)
    log.warn({ setting, ...errorFields(error) }, 'not reachable yet')
  }
}

/** Connects and leaves again; two seconds at most. */
export async function probePostgres(url: string): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 2000,
    query_timeout: 2000,
  })
  client.on('error', () => {})
  await client.connect()
  await client.end()
}

const certificateCodes =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT)|ERR_TLS_CERT|ERR_SSL_|HOSTNAME_MISMATCH)/u

/** What an error says of credentials or certificates, in its own words; undefined if it is about neither. */
export function refusalIn(error: unknown): string | undefined {
  if (!types.isNativeError(error)) return undefined
  const { message, name } = error
  const code = 'code' in error ? String(error.code) : ''
  const refused =
    certificateCodes.test(code) ||
    // Postgres: invalid authorization, invalid password.
    /^28(000|P01)$/u.test(code) ||
    /^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH)/u.test(message) ||
    /SASLAuthentication/u.test(name) ||
    /does not support SSL|SASL: SCRAM|certificate/iu.test(message)
  if (refused) return code === '' ? message : `${message} (${code})`
  const inner = 'errors' in error && Array.isArray(error.errors) ? error.errors : []
  const causes: unknown[] = [
    error.cause,
    'originalError' in error ? error.originalError : undefined,
    ...inner,
  ]
  return causes.map(refusalIn).find((refusal) => refusal !== undefined)
}

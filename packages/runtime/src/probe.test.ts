import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import { ConfigError } from './env.ts'
import { probe, refusalIn, trustAuthorities } from './probe.ts'

const log = pino({ level: 'silent' })
const failure = (message: string, rest: object = {}) => Object.assign(new Error(message), rest)

test.each([
  ['a wrong password', failure('password authentication failed for user "x"', { code: '28P01' })],
  ['a wrong Redis password', failure('WRONGPASS invalid username-password pair')],
  ['no Redis password', failure('NOAUTH Authentication required.')],
  ['an expired certificate', failure('certificate has expired', { code: 'CERT_HAS_EXPIRED' })],
  ['a stranger’s certificate', failure('x', { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })],
  ['another host’s certificate', failure('x', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })],
  ['a server without TLS', failure('The server does not support SSL connections')],
  ['a cause further in', failure('closed', { cause: failure('x', { code: 'CERT_HAS_EXPIRED' }) })],
])('%s is a mistake in the configuration, by the name of its setting', async (_what, error) => {
  const asked = probe('SOME_URL', () => Promise.reject(error), log)
  await expect(asked).rejects.toThrow(ConfigError)
  await expect(asked).rejects.toThrow('SOME_URL: ')
})

test.each([
  ['refuses connections', failure('connect ECONNREFUSED', { code: 'ECONNREFUSED' })],
  ['is starting', failure('the database system is starting up', { code: '57P03' })],
  ['does not answer', failure('timeout expired')],
  ['has no such database yet', failure('database "x" does not exist', { code: '3D000' })],
])('a server that %s may come yet', async (_what, error) => {
  expect(refusalIn(error)).toBeUndefined()
  await expect(probe('SOME_URL', () => Promise.reject(error), log)).resolves.toBeUndefined()
})

test('a file of authorities that cannot be used is a mistake in the configuration', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-ca-'))
  try {
    const garbage = join(directory, 'ca.pem')
    writeFileSync(garbage, 'not a certificate')
    expect(() => trustAuthorities(garbage)).toThrow('CA_FILE: ')
    expect(() => trustAuthorities(join(directory, 'absent.pem'))).toThrow('CA_FILE: ')
    expect(() => trustAuthorities(undefined)).not.toThrow()
  } finally {
    rmSync(directory, { recursive: true })
  }
})

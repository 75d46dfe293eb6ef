// An authority of its own for each run, and a certificate by it for the brokers.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from '../cannot-start.ts'

export interface Certificates {
  readonly authorityFile: string
  readonly certificateFile: string
  readonly keyFile: string
}

export function makeCertificates(directory: string, addresses: readonly string[]): Certificates {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = (name: string) => join(directory, name)
  const names = addresses.map((address) => `IP:${address}`).join()
  writeFileSync(file('names'), `subjectAltName=${names},DNS:localhost\n`)
  const key = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', file(name)]
  const by = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial']
  openssl('req', '-x509', ...key('ca.key'), '-out', file('ca.pem'), '-days', '2', '-subj', '/CN=ca')
  openssl('req', ...key('server.key'), '-out', file('server.csr'), '-subj', '/CN=kafka')
  const extended = ['-extfile', file('names'), '-days', '2']
  openssl('x509', '-req', '-in', file('server.csr'), ...by, ...extended, '-out', file('server.pem'))
  return {
    authorityFile: file('ca.pem'),
    certificateFile: file('server.pem'),
    keyFile: file('server.key'),
  }
}

function openssl(...words: string[]): void {
  const made = spawnSync('openssl', words, { encoding: 'utf8' })
  if (made.error !== undefined)
    throw new CannotStart('Certificates are made with openssl. As root: apt-get install -y openssl')
  if (made.status !== 0) throw new Error(`openssl ${words[0]} failed: ${made.stderr.trim()}`)
}

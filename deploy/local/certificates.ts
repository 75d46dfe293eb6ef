// An authority of its own for each run, and what it, or another one, vouches for.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from './cannot-start.ts'

export interface Certificate {
  /** PEM. */
  readonly certificateFile: string
  readonly keyFile: string
}

export interface Authority {
  /** PEM, for those who shall trust it. */
  readonly authorityFile: string
  /** A certificate for a server on this machine. */
  readonly issue: (name: string, days?: number) => Certificate
}

/** Where a server that is meant for tests may listen. */
const addresses = ['127.0.0.1', '127.0.0.11', '127.0.0.12', '127.0.0.13']
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout']

/**
 * @param directory made if absent; the authority's files are called `name`
 * @param further addresses of this machine
 */
export function makeAuthority(
  directory: string,
  name = 'ca',
  further: readonly string[] = [],
): Authority {
  mkdirSync(directory, { recursive: true })
  const file = (of: string, kind: string) => join(directory, `${of}.${kind}`)
  const [pem, key] = [file(name, 'pem'), file(name, 'key')]
  openssl('req', '-x509', ...newKey, key, '-out', pem, '-days', '2', '-subj', `/CN=${name}`)
  return {
    authorityFile: pem,
    issue: (of, days = 2) => {
      const [certificateFile, keyFile, request] = [
        file(of, 'pem'),
        file(of, 'key'),
        file(of, 'csr'),
      ]
      const names = file(of, 'names')
      const own = [...addresses, ...further].map((address) => `IP:${address}`)
      writeFileSync(names, `subjectAltName=DNS:localhost,${own.join()}\n`)
      openssl('req', ...newKey, keyFile, '-out', request, '-subj', `/CN=${of}`)
      const by = ['-CA', pem, '-CAkey', key, '-CAcreateserial', '-extfile', names]
      openssl('x509', '-req', '-in', request, ...by, '-days', String(days), '-out', certificateFile)
      return { certificateFile, keyFile }
    },
  }
}

function openssl(...words: string[]): void {
  const made = spawnSync('openssl', words, { encoding: 'utf8' })
  if (made.error !== undefined)
    throw new CannotStart('Certificates are made with openssl. As root: apt-get install -y openssl')
  if (made.status !== 0) throw new Error(`openssl ${words[0]} failed: ${made.stderr.trim()}`)
}

// The first look at the dashboard without typing a key: a link that signs in once, and soon no more. As the dashboard finds
// it: a file named by the hash of its token.
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivateFile } from './private-file.ts'

const validMs = 3_600_000

/** Those of earlier starts open nothing any more. @param dashboard its origin */
export function makeSignInLink(directory: string, apiKey: string, dashboard: string): string {
  const links = join(directory, 'sign-in')
  rmSync(links, { recursive: true, force: true })
  mkdirSync(links, { recursive: true, mode: 0o700 })
  const token = randomBytes(24).toString('base64url')
  const expiresAt = new Date(Date.now() + validMs).toISOString()
  const name = createHash('sha256').update(token).digest('hex')
  writePrivateFile(join(links, name), JSON.stringify({ apiKey, expiresAt }))
  // After the #: it reaches no log of a server or proxy.
  return `${dashboard}/sign-in#token=${token}`
}

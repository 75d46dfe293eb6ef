// A sign-in link is a file named by the hash of its token, so that whoever reads the directory cannot tell the link. To use
// it is to remove it: of two that try, one can.
import { createHash } from 'node:crypto'
import { readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const Stored = z.object({ apiKey: z.string(), expiresAt: z.iso.datetime() })

export interface OneTimeLink {
  readonly apiKey: string
  /** Whether nobody else has. */
  readonly use: () => Promise<boolean>
}

/** @param directory absent: there are none */
export function createOneTimeLinks(directory: string | undefined, now: () => number) {
  return async (token: string): Promise<OneTimeLink | 'absent'> => {
    if (directory === undefined) return 'absent'
    const path = join(directory, createHash('sha256').update(token).digest('hex'))
    try {
      const { apiKey, expiresAt } = Stored.parse(JSON.parse(await readFile(path, 'utf8')))
      if (Date.parse(expiresAt) <= now()) return 'absent'
      return { apiKey, use: () => unlink(path).then(yes, no) }
    } catch {
      return 'absent'
    }
  }
}

const yes = () => true
const no = () => false

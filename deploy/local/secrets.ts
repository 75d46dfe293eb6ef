import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { CannotStart } from './cannot-start.ts'
import { roles, type Role } from './databases.ts'
import { writePrivateFile } from './private-file.ts'

/** Made once per data directory, at random. */
export interface Secrets {
  /** Password of the superuser. */
  readonly postgres: string
  readonly passwords: Readonly<Record<Role, string>>
  /** Password with which the replica reads the primary's changes. */
  readonly replica: string
  readonly redis: string
  /** Keys the ids by which visitors are told apart: another one makes everybody a new visitor. */
  readonly visitorKey: string
  /** Seals the cookies of the dashboard: with another one everybody signs in again. */
  readonly sessionKey: string
  /** The one that the banner shows; undefined until the first was made. */
  readonly apiKey?: string | undefined
}

const Stored = z.object({
  postgres: z.string().min(1),
  passwords: z.record(z.string(), z.string().min(1)),
  // Data of an older version has none of these.
  sessionKey: z.string().min(32).optional(),
  replica: z.string().min(1).optional(),
  redis: z.string().min(1).optional(),
  visitorKey: z.string().min(1),
  apiKey: z.string().optional(),
})

export function openSecrets(directory: string): Secrets {
  const known = findSecrets(directory)
  const stored = known === 'absent' ? undefined : known
  const secrets = {
    ...stored,
    postgres: stored?.postgres ?? random(),
    // A newer version may know more roles.
    passwords: Object.fromEntries(
      roles.map((role) => [role, stored?.passwords[role] ?? random()]),
    ) as Record<Role, string>,
    replica: stored?.replica ?? random(),
    redis: stored?.redis ?? random(),
    visitorKey: stored?.visitorKey ?? random(),
    sessionKey: stored?.sessionKey ?? random(),
  }
  keepSecrets(directory, secrets)
  return secrets
}

export function keepSecrets(directory: string, secrets: Secrets): void {
  writePrivateFile(fileIn(directory), `${JSON.stringify(secrets, null, 2)}\n`)
}

/** @throws {CannotStart} when the file is there and is not ours */
export function findSecrets(directory: string): z.infer<typeof Stored> | 'absent' {
  let text
  try {
    text = readFileSync(fileIn(directory), 'utf8')
  } catch (error) {
    if (Object(error).code === 'ENOENT') return 'absent'
    throw error
  }
  try {
    return Stored.parse(JSON.parse(text))
  } catch {
    throw new CannotStart(`${fileIn(directory)} is not a file that Sleepwell wrote.`)
  }
}

function fileIn(directory: string): string {
  return join(directory, 'secrets.json')
}

function random(): string {
  return randomBytes(32).toString('hex')
}

import { readFileSync } from 'node:fs'
import { CannotStart } from './cannot-start.ts'

/** URLs of the superuser, without a database. */
export interface Servers {
  readonly primary: string
  /** Nearest first. */
  readonly replicas: readonly string[]
}

/** In a file rather than on the command line, where everybody could read the passwords. */
export function readServers(file: string): Servers {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new CannotStart(`${file} cannot be read (${Object(error).code}).`, 2)
  }
  const [primary, ...replicas] = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (primary === undefined) throw new CannotStart(`${file} is empty.`, 2)
  // A line may hold a password: only its number is told.
  for (const [i, url] of [primary, ...replicas].entries())
    if (!isServer(url))
      throw new CannotStart(
        `Line ${i + 1} of ${file} is no URL such as postgres://postgres:password@host:5432.`,
        2,
      )
  return { primary: trimmed(primary), replicas: replicas.map(trimmed) }
}

function isServer(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null &&
    /^postgres(?:ql)?:$/u.test(url.protocol) &&
    url.hostname !== '' &&
    url.username !== '' &&
    /^\/?$/u.test(url.pathname)
  )
}

function trimmed(url: string): string {
  return url.replace(/\/$/u, '')
}

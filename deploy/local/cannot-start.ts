import { statfsSync } from 'node:fs'

/** Something that a person can mend; `message` is one sentence for them, and no stack is shown. */
export class CannotStart extends Error {
  override name = 'CannotStart'
  readonly exitCode: number
  constructor(sentence: string, exitCode = 1) {
    super(sentence)
    this.exitCode = exitCode
  }
}

/** Postgres takes 16 MB at a time, so with less than this it may be the next piece that found no room. */
const fullBelowBytes = 32 * 1024 * 1024

/** One sentence for an error of whatever kind. */
export function sentenceFor(error: unknown, directory: string): string {
  const text = error instanceof Error ? error.message : String(error)
  if (error instanceof CannotStart) return text
  if (/ENOSPC|EDQUOT|No space left on device|quota exceeded/iu.test(text) || isFull(directory))
    return `The disk that holds ${directory} is full; make room or choose another place with --data DIR.`
  if (/^(EROFS|EACCES|EPERM|EEXIST|ENOTDIR|ENOENT|ENAMETOOLONG):/u.test(text))
    return `${directory} cannot be used: ${text}`
  return text
}

function isFull(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize < fullBelowBytes
  } catch {
    return false
  }
}

export function exitCodeFor(error: unknown): number {
  return error instanceof CannotStart ? error.exitCode : 1
}

/** Something that a person can mend; `message` is one sentence for them, and no stack is shown. */
export class CannotStart extends Error {
  override name = 'CannotStart'
  readonly exitCode: number
  constructor(sentence: string, exitCode = 1) {
    super(sentence)
    this.exitCode = exitCode
  }
}

/** The one sentence for an error of whatever kind. */
export function sentenceFor(error: unknown, directory: string): string {
  const text = error instanceof Error ? error.message : String(error)
  // By our own writes, or by what initdb and Postgres said.
  if (/ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/iu.test(text))
    return `The disk that holds ${directory} is full; make room or choose another place with --data DIR.`
  if (/EROFS|EACCES|EPERM/u.test(text)) return `${directory} cannot be used: ${text}`
  return text
}

export function exitCodeFor(error: unknown): number {
  return error instanceof CannotStart ? error.exitCode : 1
}

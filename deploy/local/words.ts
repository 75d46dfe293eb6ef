// The words of a command, as people type them.
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { CannotStart } from './cannot-start.ts'

/** @throws {CannotStart} with exit code 2: what is wrong with them, and then `hint` */
export function readWords<const T extends ParseArgsConfig>(
  config: T,
  hint: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    // What Node adds to its first sentence is for those who write commands.
    const [reason] = String(Object(error).message).split(/\.\s/u)
    throw new CannotStart(`${reason}${hint}`, 2)
  }
}

/** `code` of a command that says only this: to stdout if it was asked for. */
export function tell(text: string, code: number): number {
  ;(code === 0 ? console.log : console.error)(text)
  return code
}

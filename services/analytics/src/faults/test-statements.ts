// For tests: every statement that a pool sends passes by, by its name.
import type { Pool } from 'pg'

/** `sent`: its answer may or may not come. */
export type Moment = 'before' | 'sent' | 'after'

export function watchStatements(
  pool: Pool,
  passing: (moment: Moment, statement: string) => void,
): void {
  pool.on('connect', (client) => {
    const query: unknown = Reflect.get(client, 'query')
    if (typeof query !== 'function') throw new TypeError('there is nothing to watch')
    const watched = (...words: unknown[]) => {
      const statement = nameOf(words[0])
      passing('before', statement)
      const after = () => passing('after', statement)
      const callback = words.at(-1)
      if (typeof callback === 'function')
        words[words.length - 1] = (...answer: unknown[]) => {
          after()
          Reflect.apply(callback, undefined, answer)
        }
      const answered: unknown = Reflect.apply(query, client, words)
      passing('sent', statement)
      if (answered instanceof Promise) answered.then(after, () => {})
      return answered
    }
    if (!Reflect.set(client, 'query', watched)) throw new TypeError('statements cannot be watched')
  })
}

/** Statements without a name are single words, such as `begin`. */
function nameOf(statement: unknown): string {
  if (typeof statement === 'string') return statement
  const { name, text } = statement as { name?: string; text?: string }
  return name ?? text ?? 'unnamed'
}

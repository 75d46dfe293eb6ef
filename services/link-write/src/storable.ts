// What jsonb takes of a row of a file, where it waits until it is done, and where its errors are kept. Postgres has neither NUL nor half a
// surrogate pair, and reads only so deep.
/** No link goes deeper than two. */
const maxDepth = 10

export const unstorable = 'It has NUL or half a character, or is nested too deep.'

export function isStorable(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return storableText(value) === value
  if (typeof value !== 'object' || value === null) return true
  const isKept = ([name, inner]: [string, unknown]) =>
    isStorable(name) && isStorable(inner, depth + 1)
  return depth < maxDepth && Object.entries(value).every(isKept)
}

/** The text with a mark for what cannot be kept. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}

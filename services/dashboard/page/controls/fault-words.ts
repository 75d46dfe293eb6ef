/** What validators say, as they say it, and what that is to people. */
const phrases: readonly (readonly [said: RegExp, words: string])[] = [
  [/^$/u, 'It cannot be this.'],
  [/expected int, received/u, 'A whole number, please.'],
  [/expected number, received/u, 'A number, please.'],
  [/^Invalid input/u, 'It cannot be this.'],
  [/expected string to have >=1 characters$/u, 'It must not be empty.'],
  [/expected string to have >=(\d+) characters$/u, 'At least $1 characters.'],
  [/expected string to have <=(\d+) characters$/u, 'At most $1 characters.'],
  [/expected array to have <=(\d+) items$/u, 'At most $1 of them.'],
  [/expected \w+ to be >=?(-?\d+)$/u, 'At least $1.'],
  [/expected \w+ to be <=?(-?\d+)$/u, 'At most $1.'],
  [/^Invalid ISO datetime$/u, 'A date and a time, please.'],
  [/^Invalid URL$/u, 'A URL, please.'],
]

/** What is said in words already stays. */
export function sayFault(message: string): string {
  for (const [said, words] of phrases) {
    const found = said.exec(message)
    if (found !== null) return words.replace('$1', Number(found[1]).toLocaleString('en'))
  }
  return message
}

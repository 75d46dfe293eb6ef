import { InvalidArgumentError, Option } from 'commander'
import type { Field, FieldKind } from './link-fields.ts'

/** A flag for each field: `--max-clicks 10`, `--forward-query`, `--tags spring;letter`; `--title ''` clears. */
export function optionOf([name, kind, clears, meaning]: Field): Option {
  const flag = `--${name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`
  const about = meaning.replaceAll('`', '') + (clears ? " ('' clears)" : '')
  const value = kind === 'boolean' ? ' [true|false]' : ` <${placeholders[kind]}>`
  return new Option(flag + value, about)
    .argParser((text: string) => {
      const read = valueOf(kind, clears, text)
      if (read === undefined) throw new InvalidArgumentError(`It takes ${expected[kind]}.`)
      return { given: read } satisfies Given
    })
    .preset(kind === 'boolean' ? 'true' : undefined)
}

/** Commander takes null for nothing said. */
interface Given {
  readonly given: unknown
}

/** What was said by the flags of fields. */
export function givenBy(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      typeof flag === 'object' && flag !== null ? (flag as Given).given : flag,
    ]),
  )
}

const placeholders: Record<FieldKind, string> = {
  text: 'text',
  number: 'number',
  boolean: 'true|false',
  list: 'a;b',
  object: 'name=value,…',
}
export const expected: Record<FieldKind, string> = {
  text: 'text',
  number: 'a whole number',
  boolean: 'true or false',
  list: 'words, with ; between them',
  object: 'name=value, with commas between them',
}

/** What a text stands for; undefined: nothing of that kind. */
export function valueOf(kind: FieldKind, clears: boolean, text: string): unknown {
  if (text === '' && clears) return null
  switch (kind) {
    case 'text':
      return text
    case 'number':
      return /^-?\d+$/u.test(text) ? Number(text) : undefined
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'list':
      return text.startsWith('[') ? parsed(text) : text.split(';').filter((word) => word !== '')
    case 'object':
      return text.startsWith('{') ? parsed(text) : pairsIn(text)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function pairsIn(text: string): Record<string, string> | undefined {
  const pairs = text.split(',').map((pair) => pair.split(/=(.*)/su))
  if (pairs.some(([name, value]) => name === '' || value === undefined)) return undefined
  return Object.fromEntries(pairs.map(([name, value]) => [name, value]))
}

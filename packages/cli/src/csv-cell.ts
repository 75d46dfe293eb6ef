// A field of a link as a cell of CSV, and back. The same rules as in the CSV of link-write, but that `;` parts the words of a list.
import { valueOf } from './field-values.ts'
import type { FieldKind } from './link-fields.ts'

/** What a spreadsheet would run as a formula is written behind an apostrophe, as is what reads like one that was. */
const guarded = /^(?:[=+\-@\t\r]|'(?:$|[=+\-@\t\r']))/u
const guard = /^'(?=[=+\-@\t\r'])/u
/** An empty cell says nothing; an empty text is an apostrophe alone. */
const emptyText = "'"

export function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value === '') return emptyText
  const text = textOf(value)
  return guarded.test(text) ? `'${text}` : text
}

function textOf(value: unknown): string {
  const isPlain = (one: unknown) => typeof one === 'string' && /^[^;[]*$/u.test(one)
  if (Array.isArray(value) && value.every(isPlain)) return value.join(';')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Undefined: nothing of that kind. */
export function readCell(kind: FieldKind, clears: boolean, cell: string): unknown {
  if (kind === 'text' && cell === emptyText) return ''
  return valueOf(kind, clears, kind === 'text' || kind === 'list' ? cell.replace(guard, '') : cell)
}

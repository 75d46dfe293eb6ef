import { stringify } from 'csv-stringify/sync'

export const formats = ['table', 'json', 'csv'] as const
export type Format = (typeof formats)[number]

export interface Column<Row> {
  readonly name: string
  readonly of: (row: Row) => unknown
}

/** A list as people or programs read it: JSON has all of it, one a line; tables and CSV the columns. */
export function rendered<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  format: Format,
  style: { readonly bold: (text: string) => string },
): string {
  switch (format) {
    case 'json':
      return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    case 'csv':
      return stringify(
        rows.map((row) => columns.map(({ of }) => cell(of(row)))),
        { header: true, columns: columns.map(({ name }) => name), escape_formulas: true },
      )
    case 'table':
      return table(
        columns.map(({ name }) => name),
        rows.map((row) => columns.map(({ of }) => cell(of(row)))),
        style.bold,
      )
  }
}

/** Its fields one below the other. */
export function renderedOne(one: object, format: Format): string {
  const entries = Object.entries(one)
  if (format === 'json') return `${JSON.stringify(one, undefined, 2)}\n`
  if (format === 'csv')
    return stringify([entries.map(([, value]) => cell(value))], {
      header: true,
      columns: entries.map(([name]) => name),
      escape_formulas: true,
    })
  const width = Math.max(0, ...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}\n`).join('')
}

function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  bold: (text: string) => string,
): string {
  const widths = heads.map((head, i) =>
    Math.max(head.length, ...rows.map((row) => (row[i] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  return [bold(line(heads.map((head) => head.toUpperCase()))), ...rows.map(line)]
    .map((text) => `${text}\n`)
    .join('')
}

/** Control characters would command the terminal of whoever looks. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value) && value.every((one) => typeof one === 'string' && !one.includes(';')))
    return clean(value.join(';'))
  return clean(typeof value === 'string' ? value : JSON.stringify(value))
}

export function clean(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/gu, '\ufffd')
}

// RFC 4180, as a spreadsheet takes it: with a mark that it is UTF-8, and nothing that it would run as a formula.

export type Cell = string | number

const mark = '\uFEFF'

export function csvOf(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return mark + [columns, ...rows].map((row) => `${row.map(showCell).join(',')}\r\n`).join('')
}

function showCell(cell: Cell): string {
  if (typeof cell === 'number') return String(cell)
  // A title such as =HYPERLINK(…) is text; so is one that a spreadsheet trims to it.
  const text = /^\s*[=+\-@\t\r]/u.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/u.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

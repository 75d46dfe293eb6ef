import { csvOf } from '../report/csv.ts'
import type { Table } from '../report/table.ts'

export function downloadTable(name: string, { columns, rows }: Table): void {
  downloadText(`${name}.csv`, 'text/csv;charset=utf-8', csvOf(columns, rows))
}

export function downloadText(name: string, type: string, text: string): void {
  downloadBlob(name, new Blob([text], { type }))
}

export function downloadBlob(name: string, blob: Blob): void {
  const href = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = href
  link.download = name
  link.click()
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(href), 10_000)
}

import type { JobErrorPage } from '@sleepwell/contracts/job'
import type { Table } from '../report/table.ts'

/** The rows as they were given, with why: what is mended can be imported again. */
export function errorTable(errors: JobErrorPage['errors']): Table {
  const inputs = errors.map(({ input }) =>
    typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : { input },
  )
  const names = [...new Set(inputs.flatMap((input) => Object.keys(input)))]
  return {
    columns: ['row', 'code', 'reason', ...names],
    rows: errors.map(({ row, problem }, i) => [
      row,
      problem.code,
      [problem.title, ...(problem.errors ?? []).map((e) => `${e.pointer}: ${e.message}`)].join(
        '; ',
      ),
      ...names.map((name) => showInput(inputs[i]?.[name])),
    ]),
  }
}

function showInput(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

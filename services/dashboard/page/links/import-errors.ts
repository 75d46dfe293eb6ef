import type { JobErrorPage } from '@sleepwell/contracts/job'
import type { Table } from '../report/table.ts'

const reasons = ['row', 'code', 'reason']

/** The rows as they were given, with why: what is mended can be imported again. */
export function errorTable(errors: JobErrorPage['errors']): Table {
  const inputs = errors.map(({ input }) => Object.fromEntries(cellsOf(input)))
  const names = [...new Set(inputs.flatMap((input) => Object.keys(input)))]
  return {
    columns: [...reasons, ...names],
    rows: errors.map(({ row, problem }, i) => [
      row,
      problem.code,
      [problem.title, ...(problem.errors ?? []).map((e) => `${e.pointer}: ${e.message}`)].join(
        '; ',
      ),
      ...names.map((name) => inputs[i]?.[name] ?? ''),
    ]),
  }
}

/** As an import reads them: several values with commas between, what is within another thing by its name and its own. */
function cellsOf(input: unknown): [name: string, cell: string][] {
  if (typeof input !== 'object' || input === null) return [['input', showInput(input)]]
  return Object.entries(input).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? cellsOf(value).map(([inner, cell]): [string, string] => [`${name}.${inner}`, cell])
      : [[name, showInput(value)] as [string, string]],
  )
}

function showInput(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return JSON.stringify(value)
  return value.map((one) => showInput(one).replaceAll(/[\\,]/gu, '\\$&')).join(',')
}

const head = new RegExp(`^\\uFEFF?${reasons.join(',')},`, 'u')
const record =
  /(?:(?:"(?:[^"]|"")*"|[^",\r\n]*),){3}((?:"(?:[^"]|"")*"|[^"\r\n])*)(?:\r\n|\n|\r|$)/gu

/** Whether it is one of our files of errors, by how it begins. */
export function hasReasons(csv: string): boolean {
  return head.test(csv)
}

/** As an import takes it, without what was said of its rows. */
export function withoutReasons(csv: string): string {
  return csv.replaceAll(record, '$1\r\n')
}

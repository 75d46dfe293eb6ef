// A file of links as it arrives, row by row. Never more of it is in memory than a few rows.
import type { Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { problem } from '@sleepwell/contracts/problem'
import { CsvError, parse } from 'csv-parse'
import type { FileRow } from './job-table.ts'
import { linkOfCsv, linkOfJson, unknownColumns } from './link-csv.ts'
import { refuse } from './refuse.ts'
import { isStorable, storableText, unstorable } from './storable.ts'

/** Characters; with every field as long as it may be a link has fewer. */
const maxRow = 64 * 1024

/** Text out of bytes, all of which go into the hash. */
export async function* textOf(
  bytes: AsyncIterable<Uint8Array>,
  hash: Hash,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      return refuse('file_invalid', { detail: 'It is not UTF-8.' })
    }
  }
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield decode(chunk)
  }
  yield decode()
}

export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<FileRow> {
  // The head is read here, and so are rows that are longer or shorter: they are faults of theirs alone.
  const parser = Readable.from(text).compose(
    parse({ bom: true, skip_empty_lines: true, relax_column_count: true, max_record_size: maxRow }),
  )
  let head: readonly string[] | undefined
  let row = 0
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (head === undefined) head = headOf(cells)
      else yield csvRow(head, cells, ++row)
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    refuse('file_invalid', { detail: error.message })
  }
  if (head === undefined) refuse('file_invalid', { detail: 'It has no head.' })
}

function headOf(cells: readonly string[]): readonly string[] {
  const names = cells.map((name) => name.trim())
  const unknown = unknownColumns(names)
  if (unknown.length > 0)
    refuse('file_invalid', {
      errors: unknown.slice(0, 20).map((name) => ({ pointer: name, message: 'unknown column' })),
    })
  if (new Set(names).size !== names.length)
    refuse('file_invalid', { detail: 'A column is in it twice.' })
  return names
}

function csvRow(head: readonly string[], cells: readonly string[], row: number): FileRow {
  const kept = cells.map(storableText)
  if (cells.length !== head.length) {
    const detail = `It has ${cells.length} cells, the head has ${head.length}.`
    return { row, input: kept, problem: problem('invalid_body', { detail }) }
  }
  const input = linkOfCsv(Object.fromEntries(head.map((name, n) => [name, kept[n] ?? ''])))
  return isStorable(cells)
    ? { row, input }
    : { row, input, problem: problem('invalid_body', { detail: unstorable }) }
}

export async function* jsonRows(text: AsyncIterable<string>): AsyncGenerator<FileRow> {
  let row = 0
  for await (const line of linesOf(text)) if (line.trim() !== '') yield jsonRow(line, ++row)
}

function jsonRow(line: string, row: number): FileRow {
  const input = storableText(line)
  try {
    const value: unknown = JSON.parse(line)
    if (!isStorable(value))
      return { row, input, problem: problem('invalid_body', { detail: unstorable }) }
    const isLink = typeof value === 'object' && value !== null && !Array.isArray(value)
    return { row, input: isLink ? linkOfJson(value) : value }
  } catch {
    return { row, input, problem: problem('bad_json') }
  }
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of text) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxRow) refuse('file_invalid', { detail: 'A line is too long.' })
    yield* lines
  }
  if (rest !== '') yield rest
}

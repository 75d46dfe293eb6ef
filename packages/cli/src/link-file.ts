// Files with links in them, as `export` writes them and spreadsheets do: CSV with a head, or a JSON object on each line.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Option } from 'commander'
import { parse } from 'csv-parse'
import { UsageError } from './exit-code.ts'
import { readCell } from './csv-cell.ts'
import { expected } from './field-values.ts'
import { importedFields, shownFields } from './link-fields.ts'

export const fileFormats = ['csv', 'ndjson'] as const
export type FileFormat = (typeof fileFormats)[number]

export function formatOption(): Option {
  const about = 'as the name of the file ends if absent'
  return new Option('--format <format>', about).choices(fileFormats)
}

export interface Row {
  /** The first one is 1. */
  readonly number: number
  /** As it stands in the file. */
  readonly raw: Readonly<Record<string, unknown>>
}

/** Written beside a row that was refused, and read over when it comes back. */
export const errorColumns = ['error', 'errorCode', 'errorRow'] as const

export function formatOf(path: string): FileFormat {
  if (/\.csv$/iu.test(path)) return 'csv'
  if (/\.(ndjson|jsonl)$/iu.test(path)) return 'ndjson'
  throw new UsageError(`${path} must end in .csv or .ndjson, or say --format`)
}

export async function* readRows(path: string, format: FileFormat): AsyncGenerator<Row> {
  let number = 0
  for await (const raw of format === 'csv' ? csvIn(path) : objectsIn(path))
    yield { number: ++number, raw }
}

/** @throws {UsageError} saying which row is not as it has to be */
async function* csvIn(path: string): AsyncGenerator<Record<string, unknown>> {
  const rows = createReadStream(path).pipe(
    parse({ columns: true, bom: true, skip_empty_lines: true }),
  )
  try {
    yield* rows as AsyncIterable<Record<string, string>>
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function* objectsIn(path: string): AsyncGenerator<Record<string, unknown>> {
  let number = 0
  for await (const line of linesIn(path)) {
    number += 1
    if (line.trim() === '') continue
    yield objectIn(line, `${path}, line ${number}`)
  }
}

/** Not by `readline`, to which other characters end a line too: within JSON they may stand as they are. */
async function* linesIn(path: string): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of createReadStream(path, 'utf8')) {
    const lines = (rest + String(piece)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield rest
}

function objectIn(line: string, where: string): Record<string, unknown> {
  try {
    const value = JSON.parse(line) as unknown
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new UsageError(`${where}: not a JSON object`)
}

/** Of what the file says that of which a link is made; the rest is what a link is shown with. */
export function newLinkOf({ raw }: Row, format: FileFormat, ignored: readonly string[]): object {
  // In an export the campaign is in the destination already; another file may ask for one.
  const left = raw.id ? [...ignored, 'utm'] : ignored
  const kept = importedFields.flatMap(([name, kind, clears]) => {
    const given = left.includes(name) ? undefined : raw[name]
    if (given === undefined || given === null) return []
    if (format === 'ndjson') return [[name, given] as const]
    if (given === '') return []
    const value = readCell(kind, clears, given as string)
    if (value === undefined) throw new UsageError(`${name} takes ${expected[kind]}`)
    return [[name, value] as const]
  })
  return Object.fromEntries(kept)
}

/** What nobody knows was misspelt, or belongs to somebody else. */
export function unknownColumns({ raw }: Row, ignored: readonly string[]): string[] {
  const known = [
    ...importedFields.map(([name]) => name),
    ...shownFields,
    ...errorColumns,
    ...ignored,
  ]
  return Object.keys(raw).filter((name) => !known.includes(name))
}

/** By which a file that was changed since is told, and whatever else decides what is sent. */
export async function digestOf(path: string, more: readonly unknown[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(more))
  for await (const part of createReadStream(path)) hash.update(part as Buffer)
  return hash.digest('hex')
}

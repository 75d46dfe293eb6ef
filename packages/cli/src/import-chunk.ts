import type { Client } from '@sleepwell/client/client'
import { UsageError } from './exit-code.ts'
import { type FileFormat, newLinkOf, type Row } from './link-file.ts'

/** Small enough that one that has to be sent again costs little. */
export const chunkSize = 100

export interface Chunk {
  /** The first one is 0. */
  readonly number: number
  readonly rows: readonly Row[]
}

export interface Refusal {
  readonly row: Row
  readonly code: string
  readonly message: string
}

/** The same rows in the same chunks each time: each is known by its number. */
export async function* inChunks(rows: AsyncIterable<Row>): AsyncGenerator<Chunk> {
  let waiting: Row[] = []
  let number = 0
  for await (const row of rows) {
    waiting.push(row)
    if (waiting.length < chunkSize) continue
    yield { number: number++, rows: waiting }
    waiting = []
  }
  if (waiting.length > 0) yield { number, rows: waiting }
}

/** Makes a link of each row that can be one. That nobody answers is thrown. */
export async function createChunk(
  client: Client,
  { rows }: Chunk,
  format: FileFormat,
  ignored: readonly string[],
  idempotencyKey: string,
): Promise<Refusal[]> {
  const read = rows.map((row) => readRow(row, format, ignored))
  const wrong = read.flatMap((one) => ('code' in one ? [one] : []))
  const good = read.flatMap((one) => ('link' in one ? [one] : []))
  if (good.length === 0) return wrong
  const links = good.map(({ link }) => link) as Parameters<Client['createLinks']>[0]['links']
  const { results } = await client.createLinks({ mode: 'best-effort', links }, { idempotencyKey })
  const refused = results.flatMap(({ index, problem }) => {
    const row = good[index]?.row
    if (problem === undefined || row === undefined) return []
    const where = problem.errors?.[0]
    const what = where === undefined ? '' : ` (${where.pointer}: ${where.message})`
    return [{ row, code: problem.code, message: problem.title + what }]
  })
  return [...wrong, ...refused].toSorted((a, b) => a.row.number - b.row.number)
}

function readRow(
  row: Row,
  format: FileFormat,
  ignored: readonly string[],
): Refusal | { readonly row: Row; readonly link: object } {
  try {
    return { row, link: newLinkOf(row, format, ignored) }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { row, code: 'row_invalid', message: error.message }
  }
}

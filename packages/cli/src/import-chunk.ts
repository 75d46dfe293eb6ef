// Each chunk of a file is an import of link-write, which takes what `createLinks` does not: former slugs, when a link was made, and
// links that have expired.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@sleepwell/client/client'
import { UsageError } from './exit-code.ts'
import { type FileFormat, newLinkOf, type Row } from './link-file.ts'

/** Small enough that one that has to be sent again costs little, and large enough that nobody waits for each. */
export const chunkSize = 1000

const uploadMs = 120_000
const uploadRetries = 4
const firstAskedMs = 100
const mostAskedMs = 1000
/** Characters; link-write takes no file with a longer line. */
const maxLine = 60_000

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

/** Hears of so many more rows that are done, and how many of them were refused. */
type Tell = (rows: number, refused: number) => void

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

/** Makes a link of each row that can be one. Sent again with the same key, it is the same import. */
export async function importChunk(
  client: Client,
  { rows }: Chunk,
  format: FileFormat,
  ignored: readonly string[],
  idempotencyKey: string,
  tell: Tell,
): Promise<Refusal[]> {
  const read = rows.map((row) => readRow(row, format, ignored))
  const refused = read.flatMap((one) => ('code' in one ? [one] : []))
  const good = read.flatMap((one) => ('line' in one ? [one] : []))
  tell(refused.length, refused.length)
  if (good.length === 0) return refused
  const content = good.map(({ line }) => `${line}\n`).join('')
  const { id } = await client.createJob(
    { type: 'application/x-ndjson', content },
    { idempotencyKey, timeoutMs: uploadMs, retries: uploadRetries },
  )
  await untilDone(client, id, tell)
  for await (const { row: line, problem } of client.each('listJobErrors', id, { limit: 100 })) {
    const row = good[line - 1]?.row
    if (row === undefined) continue
    const where = problem.errors?.[0]
    const what = where === undefined ? '' : ` (${where.pointer}: ${where.message})`
    refused.push({ row, code: problem.code, message: problem.title + what })
  }
  return refused.toSorted((a, b) => a.row.number - b.row.number)
}

async function untilDone(client: Client, id: string, tell: Tell): Promise<void> {
  let before = { done: 0, failed: 0 }
  for (let pauseMs = firstAskedMs; ; pauseMs = Math.min(mostAskedMs, pauseMs * 2)) {
    const { state, rows, done, failed } = await client.findJob(id)
    tell(done + failed - before.done - before.failed, failed - before.failed)
    before = { done, failed }
    if (done + failed === rows) return
    if (state === 'cancelled' || state === 'failed')
      throw new Error(
        `The service ended an import of ${rows} rows as ${state}, ${done} of them done (job ${id}). --restart begins again.`,
      )
    await sleep(pauseMs)
  }
}

function readRow(
  row: Row,
  format: FileFormat,
  ignored: readonly string[],
): Refusal | { readonly row: Row; readonly line: string } {
  try {
    return { row, line: lineOf(newLinkOf(row, format, ignored)) }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { row, code: 'row_invalid', message: error.message }
  }
}

/** What would keep the whole chunk from being taken is a fault of its row alone. */
function lineOf(link: object): string {
  const line = JSON.stringify(link, (_name, value: unknown) => {
    if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed()))
      throw new UsageError('it has characters that no text has')
    return value
  })
  if (line.length > maxLine) throw new UsageError('it is too long')
  return line
}

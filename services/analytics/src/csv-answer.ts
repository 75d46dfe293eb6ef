import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import type { Request, Response } from 'express'

export interface Csv {
  /** Without its ending. */
  readonly name: string
  /** Every click answered up to then is in it. */
  readonly dataThrough: string | null
  readonly columns: readonly string[]
  readonly rows: Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>
}

/** A client that takes nothing for so long is gone. */
const idleMs = 60_000

/**
 * RFC 4180, row by row as the client takes them: more is not read. An error before the first row is answered as any
 * other; one after it can only break the connection off, so that nobody takes a part for the whole.
 */
export async function sendCsv(req: Request, res: Response, csv: Csv): Promise<void> {
  const rows = await begin(csv.rows)
  res.set({
    'Content-Type': 'text/csv; charset=utf-8; header=present',
    'Content-Disposition': `attachment; filename="${csv.name}.csv"`,
    'Cache-Control': 'private, no-cache',
    ...(csv.dataThrough !== null && { 'Data-Through': csv.dataThrough }),
  })
  if (req.method === 'HEAD') return void res.end()
  res.setTimeout(idleMs, () => res.destroy())
  const text = stringify({
    header: true,
    columns: [...csv.columns],
    record_delimiter: 'windows',
    // By itself it quotes only whole line ends.
    quoted_match: /[\r\n]/u,
    // A spreadsheet would run what begins like a formula, and referrers are written by anybody.
    escape_formulas: true,
    cast: { boolean: String, date: (date) => date.toISOString() },
  })
  try {
    await pipeline(Readable.from(markFailure(rows, res)), text, res)
  } catch (error) {
    // The client left.
    if (Object(error).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

type Rows = AsyncGenerator<readonly unknown[]>

/** The same rows, of which the first has been read. */
async function begin(rows: Csv['rows']): Promise<Rows> {
  const all = goThrough(rows)
  const first = await all.next()
  return (async function* () {
    if (first.done !== true) yield first.value
    yield* all
  })()
}

async function* goThrough(rows: Csv['rows']): Rows {
  yield* rows
}

/** Who watches the answer must learn why it ended before its end: by us, not by the client. */
async function* markFailure(rows: Rows, res: Response): Rows {
  try {
    yield* rows
  } catch (error) {
    res.locals.broken = true
    throw error
  }
}

// A blocklist as its file has it: one entry a line, `#` before a comment, and `# end` as the last line, by which a list that was cut
// short is told from a whole one.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { depthOf, readEntry } from './blocklist-entry.ts'
import { addEntry, emptyTable, withRoom } from './blocklist-set.ts'

export interface ReadBlocklist {
  readonly table: Uint32Array<ArrayBuffer>
  readonly entries: number
  /** Of the prefix that ends deepest in a path. */
  readonly deepest: number
  /** SHA-256 of the file. */
  readonly digest: string
}

/** Why a list is refused. */
export interface RefusedBlocklist {
  readonly refused: string
}

const maxLine = 4096
/** Of an entry on average, comments included. */
const maxBytesPerEntry = 128

export async function readBlocklist(
  file: string,
  maxEntries: number,
): Promise<ReadBlocklist | RefusedBlocklist> {
  const digest = createHash('sha256')
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let table = emptyTable()
  let entries = 0
  let deepest = 0
  let bytes = 0
  let line = 0
  let rest = ''
  let ended = false

  /** Resolves to what is wrong with it. */
  const take = (raw: string): string | undefined => {
    line++
    if (raw.length > maxLine) return `line ${line} is too long`
    const text = raw.trim()
    if (text === '') return undefined
    if (ended) return `line ${line} comes after # end`
    if (text.startsWith('#')) {
      ended = text === '# end'
      return undefined
    }
    const read = readEntry(text)
    if ('fault' in read) return `line ${line} ${read.fault}`
    table = withRoom(table, entries)
    if (addEntry(table, read.entry)) entries++
    deepest = Math.max(deepest, depthOf(read.entry))
    return entries > maxEntries ? `it has more than ${maxEntries} entries` : undefined
  }

  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      digest.update(chunk)
      bytes += chunk.length
      if (bytes > maxEntries * maxBytesPerEntry) return { refused: 'it is too large' }
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > maxLine) return { refused: `line ${line + 1} is too long` }
      for (const one of lines) {
        const fault = take(one)
        if (fault !== undefined) return { refused: fault }
      }
    }
    const fault = take(rest + decoder.decode())
    if (fault !== undefined) return { refused: fault }
  } catch (error) {
    // Decoding alone throws this code; all others are of the file system.
    const { code } = Object(error) as { code?: unknown }
    const isEncoding = code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    return { refused: isEncoding ? 'it is not UTF-8' : `it cannot be read (${String(code)})` }
  }
  if (!ended) return { refused: 'it does not end with # end, as if it had been cut short' }
  return { table, entries, deepest, digest: digest.digest('hex') }
}

import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { UsageError } from './exit-code.ts'

export interface Journal {
  /** Chunks that are done, and how many rows of each were refused. */
  readonly done: ReadonlyMap<number, number>
  /** The same for a chunk however often it is sent: it happens once. */
  readonly keyOf: (chunk: number) => string
  readonly note: (chunk: number, refused: number) => void
  /** All is done. */
  readonly forget: () => void
}

/**
 * What an import has done, beside its file, so that one that was killed goes on. What was sent but not noted is sent again
 * with the Idempotency-Key that it had.
 *
 * @param digest of all that decides what is sent
 */
export function openJournal(path: string, digest: string, anew: boolean): Journal {
  if (anew || !existsSync(path))
    writeFileSync(path, `${digest} ${randomBytes(12).toString('hex')}\n`)
  const [head = '', ...lines] = readFileSync(path, 'utf8').split('\n')
  const [of, run] = head.split(' ')
  if (of !== digest)
    throw new UsageError(
      `The file, its format, --ignore, the service or the owner of the key is another than when its import began. Begin again with --restart; what was imported then is there already (${path}).`,
    )
  // A line that was cut off has no full stop, and ends here.
  appendFileSync(path, '\n')
  const noted = lines.flatMap((line) => {
    const [, chunk, refused] = /^(\d+) (\d+)\.$/u.exec(line) ?? []
    return chunk === undefined ? [] : [[Number(chunk), Number(refused)] as const]
  })
  const done = new Map(noted)
  return {
    done,
    keyOf: (chunk) => `import-${run}-${chunk}`,
    note: (chunk, refused) => {
      done.set(chunk, refused)
      appendFileSync(path, `${chunk} ${refused}.\n`)
    },
    forget: () => rmSync(path, { force: true }),
  }
}

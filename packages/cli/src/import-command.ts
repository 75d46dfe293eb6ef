import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { stringify } from 'csv-stringify/sync'
import { SleepwellError } from '@sleepwell/client/sleepwell-error'
import { Command } from 'commander'
import { type Context, contextOf, type World } from './context.ts'
import { UsageError } from './exit-code.ts'
import { chunkSize, importChunk, inChunks, type Refusal } from './import-chunk.ts'
import { openJournal } from './import-journal.ts'
import { countOf } from './link-commands.ts'
import {
  digestOf,
  errorColumns,
  type FileFormat,
  formatOf,
  formatOption,
  readRows,
  unknownColumns,
} from './link-file.ts'
import { createProgress } from './progress.ts'

interface Flags {
  readonly format?: FileFormat
  readonly ignore: string
  readonly restart?: boolean
  readonly dryRun?: boolean
  readonly parallel: number
}

export function importCommand(world: World): Command {
  const command = new Command('import')
    .description('create a link for each row of a file; goes on where it was interrupted')
    .argument('<file>', 'CSV with a head, or a JSON object on each line')
    .addOption(formatOption())
    .option('--ignore <columns>', 'with commas between them, such as domain', '')
    .option('--parallel <number>', 'so many thousands at once', countOf, 4)
    .option('--restart', 'from the beginning, although an import of it was interrupted')
    .option('--dry-run', 'only look whether the file can be read')
    .action(async (path: string, flags: Flags) => {
      await importFile(contextOf(command, world), path, flags)
    })
  return command
}

async function importFile(context: Context, path: string, flags: Flags): Promise<void> {
  if (!existsSync(path)) throw new UsageError(`There is no ${path}.`)
  const format = flags.format ?? formatOf(path)
  const ignored = flags.ignore.split(',')
  const total = await look(path, format, ignored)
  if (flags.dryRun === true) return context.err(`${total} links\n`)
  const { ownerId, scopes } = await context.client.findOwnKey()
  if (!scopes.some((scope) => scope === 'links:read' || scope === 'admin'))
    throw new SleepwellError('forbidden', 'It needs links:read too, to see how far it is.')
  const { links } = context.settings
  const digest = await digestOf(path, [links, ownerId, format, flags.ignore, chunkSize])
  const journal = openJournal(`${path}.import`, digest, flags.restart === true)
  const errors = errorFile(`${path}.errors.${format}`, format, journal.done.size === 0)
  const chunks = inChunks(readRows(path, format))
  const before = Math.min(total, journal.done.size * chunkSize)
  const progress = createProgress(context, before, sum(journal.done), total, Date.now)
  try {
    await inParallel(chunks, flags.parallel, async (chunk) => {
      if (journal.done.has(chunk.number)) return
      const key = journal.keyOf(chunk.number)
      const { client } = context
      const refused = await importChunk(client, chunk, format, ignored, key, progress.tick)
      for (const refusal of refused) errors.add(refusal)
      journal.note(chunk.number, refused.length)
    })
  } catch (error) {
    if (error instanceof SleepwellError) context.err('\nInterrupted. The same command goes on.\n')
    throw error
  } finally {
    progress.end()
  }
  const refused = sum(journal.done)
  journal.forget()
  if (refused === 0) return
  context.err(
    `${refused} refused: ${errors.path} says why, and can be imported once it is mended\n`,
  )
  context.fail(1)
}

/** Before anything is made: whether the whole can be read. Resolves to how many rows there are. */
async function look(path: string, format: FileFormat, ignored: readonly string[]): Promise<number> {
  let total = 0
  for await (const row of readRows(path, format)) {
    const unknown = unknownColumns(row, ignored)
    if (unknown.length > 0)
      throw new UsageError(`${path} has what a link does not: ${unknown.join(', ')} (--ignore)`)
    total = row.number
  }
  return total
}

/** One of an import before would be taken for that of this one. */
function errorFile(path: string, format: FileFormat, anew: boolean) {
  if (anew) rmSync(path, { force: true })
  let begun = existsSync(path)
  return {
    path,
    add: ({ row: { number, raw }, code, message }: Refusal) => {
      const [error, errorCode, errorRow] = errorColumns
      const row = { ...raw, [error]: message, [errorCode]: code, [errorRow]: number }
      const text =
        format === 'csv'
          ? stringify([row], { header: !begun, columns: Object.keys(row) })
          : `${JSON.stringify(row)}\n`
      if (begun) appendFileSync(path, text)
      else writeFileSync(path, text)
      begun = true
    },
  }
}

/** Ends with the first failure, once those that are under way have ended. */
async function inParallel<T>(
  all: AsyncGenerator<T>,
  most: number,
  each: (one: T) => Promise<void>,
): Promise<void> {
  let failed = false
  const worker = async () => {
    while (!failed) {
      const next = await all.next()
      if (next.done === true) return
      try {
        await each(next.value)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: most }, worker))
  await all.return(undefined)
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

function sum(refused: ReadonlyMap<number, number>): number {
  return [...refused.values()].reduce((all, one) => all + one, 0)
}

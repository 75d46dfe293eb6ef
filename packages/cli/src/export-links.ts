import { existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { stringify } from 'csv-stringify/sync'
import { Command } from 'commander'
import { type Context, contextOf, type World } from './context.ts'
import { cellOf } from './csv-cell.ts'
import type { Link } from './find-link.ts'
import { shownFields } from './link-fields.ts'
import { type FileFormat, formatOf, formatOption } from './link-file.ts'

/** What must be the same for all of a file. */
interface Whole {
  readonly format: FileFormat
  readonly owner: string
  readonly service: string
}

interface State {
  readonly cursor: string | null
  /** Of the file so far. */
  readonly bytes: number
  readonly links: number
}

export function exportCommand(world: World): Command {
  const command = new Command('export')
    .description(
      'write all links, archived ones too, to a file or to standard output; goes on where it was interrupted',
    )
    .argument('[file]', 'which appears once it is complete')
    .addOption(formatOption())
    .action(async (path: string | undefined, { format }: { format?: FileFormat }) => {
      const context = contextOf(command, world)
      if (path === undefined) await exportTo(context, undefined, format ?? 'ndjson')
      else await exportTo(context, path, format ?? formatOf(path))
    })
  return command
}

async function exportTo(context: Context, path: string | undefined, format: FileFormat) {
  const { client, out, err, settings } = context
  const part = `${path}.part`
  const stateFile = `${path}.export`
  const { ownerId } = path === undefined ? { ownerId: '' } : await client.findOwnKey()
  const whole = { format, owner: ownerId, service: settings.links }
  let { cursor, bytes, links } = path === undefined ? begin() : resume(part, stateFile, whole)
  do {
    const page = await client.listLinks({
      limit: 100,
      archived: 'all',
      cursor: cursor ?? undefined,
    })
    const text = written(page.links, format, links === 0)
    cursor = page.nextCursor
    links += page.links.length
    bytes += Buffer.byteLength(text)
    if (path === undefined) out(text)
    else {
      await appendFile(part, text)
      replace(stateFile, JSON.stringify({ ...whole, cursor, bytes, links }))
      if (links % 1000 === 0) err(`${links} links\n`)
    }
  } while (cursor !== null)
  if (path === undefined) return
  renameSync(part, path)
  rmSync(stateFile, { force: true })
  err(`${links} links\n`)
}

function begin(): State {
  return { cursor: null, bytes: 0, links: 0 }
}

/** What was written after the last note is written again. */
function resume(part: string, stateFile: string, whole: Whole): State {
  if (existsSync(part) && existsSync(stateFile)) {
    const state = JSON.parse(readFileSync(stateFile, 'utf8')) as State & Whole
    const others = (['format', 'owner', 'service'] as const).filter(
      (name) => state[name] !== whole[name],
    )
    if (others.length > 0)
      throw new Error(
        `The export to ${part} began with another ${others.join(' and another ')}. Go on as it began, or remove ${part} and ${stateFile}.`,
      )
    truncateSync(part, state.bytes)
    // All was written; only its name was not given.
    if (state.cursor !== null) return state
  }
  writeFileSync(part, '')
  return begin()
}

function written(links: readonly Link[], format: FileFormat, first: boolean): string {
  if (format === 'ndjson') return links.map((link) => `${JSON.stringify(link)}\n`).join('')
  return stringify(
    links.map((link) => shownFields.map((name) => cellOf((link as Record<string, unknown>)[name]))),
    { header: first, columns: [...shownFields] },
  )
}

function replace(path: string, content: string): void {
  writeFileSync(`${path}.new`, content)
  renameSync(`${path}.new`, path)
}

import type { Readable } from 'node:stream'
import { type Client, createClient } from '@sleepwell/client/client'
import type { Command } from 'commander'
import { type ExitCode, UsageError } from './exit-code.ts'
import { type Column, type Format, rendered, renderedOne } from './output.ts'
import { type Env, readSettings, type Settings } from './settings.ts'

/** What a command has of the world outside. */
export interface World {
  readonly env: Env
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  /** What the process ends with when nothing is thrown. */
  readonly fail: (code: ExitCode) => void
}

export interface Context extends World {
  readonly settings: Settings
  readonly client: Client
  readonly format: Format
  readonly list: <Row>(rows: readonly Row[], columns: readonly Column<Row>[]) => void
  readonly one: (thing: object) => void
}

interface Flags {
  readonly links?: string
  readonly reports?: string
  readonly output: Format
}

/** For a command as it was called: its flags and those of the whole. */
export function contextOf(command: Command, world: World, { keyless = false } = {}): Context {
  const { output, links, reports } = command.optsWithGlobals<Flags>()
  const given = { ...(links && { links }), ...(reports && { reports }) }
  const settings = readSettings(given, world.env)
  const coloured = world.outIsTerminal && !world.env.NO_COLOR
  const bold = (text: string) => (coloured ? `\u001b[1m${text}\u001b[22m` : text)
  return {
    ...world,
    settings,
    client: createClient({
      ...settings,
      apiKey: settings.apiKey ?? (keyless ? 'none' : missingKey()),
      userAgent: 'sleepwell-cli',
    }),
    format: output,
    list: (rows, columns) => world.out(rendered(rows, columns, output, { bold })),
    one: (thing) => world.out(renderedOne(thing, output)),
  }
}

function missingKey(): never {
  throw new UsageError(
    'There is no API key: set SLEEPWELL_API_KEY, or store one by `sleepwell login`.',
  )
}

/** Of a thing that is shown as a column for each of its fields. */
export function columnsOf<Row extends object>(...names: (keyof Row & string)[]): Column<Row>[] {
  return names.map((name) => ({ name, of: (row) => row[name] }))
}

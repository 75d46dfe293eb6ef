// Prints every link: for another database, another product, or a web server that leads on while ours is away.
// `LINKS_URL=postgres://... node src/export-links.ts --format ndjson > links.ndjson`
// `LINKS_URL=postgres://... node src/export-links.ts --format map --host go.example > links.map`
import { once } from 'node:events'
import { hostOf } from '@sleepwell/contracts/destination'
import { postgresUrl, readEnv } from '@sleepwell/runtime/env'
import { Command, InvalidArgumentError, Option } from 'commander'
import { Client } from 'pg'
import { type ExportedLink, readAllLinks } from './export-table.ts'
import { mapLines } from './redirect-map.ts'

interface Options {
  readonly format: 'ndjson' | 'map'
  readonly host?: string
}

const connectMs = 5_000

const command = new Command('export-links')
  .addOption(
    new Option(
      '--format <format>',
      'ndjson: a link a line, with all that is known of it; map: its key and destination',
    )
      .choices(['ndjson', 'map'])
      .makeOptionMandatory(),
  )
  .option('--host <host>', 'of the default domain, in a map', (text) => {
    const host = hostOf(text)
    if (host === undefined) throw new InvalidArgumentError('A host name such as go.example.')
    return host
  })
  .action(exportLinks)

try {
  await command.parseAsync()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function exportLinks({ format, host }: Options): Promise<void> {
  if (format === 'map' && host === undefined) throw new Error('A map needs --host.')
  const { LINKS_URL } = readEnv({ LINKS_URL: postgresUrl }, process.env)
  const now = new Date()
  const linesOf = (link: ExportedLink) =>
    format === 'ndjson' ? [JSON.stringify(link)] : mapLines(link, host ?? '', now)
  await using open = new AsyncDisposableStack()
  const client = new Client({ connectionString: LINKS_URL, connectionTimeoutMillis: connectMs })
  open.defer(() => client.end())
  await client.connect()
  let [printed, left] = [0, 0]
  for await (const links of readAllLinks(client)) {
    const all = links.map(linesOf).filter((lines) => lines.length > 0)
    printed += all.length
    left += links.length - all.length
    const lines = all.flat()
    // Whoever reads it may be slower than the database.
    if (lines.length > 0 && !process.stdout.write(`${lines.join('\n')}\n`))
      await once(process.stdout, 'drain')
  }
  // A file that was cut short does not have this said about it.
  console.error(
    left === 0
      ? `${printed} links`
      : `${printed} links; ${left} left out: blocked, not started, expired, or with maxClicks`,
  )
}

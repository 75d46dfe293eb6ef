// The button for the day on which a region is lost: makes the standby of another region the primary.
// `STANDBY_URL=postgres://postgres@b/links OLD_PRIMARY_URL=postgres://postgres@a/links node src/promote-region.ts`
import { createInterface } from 'node:readline/promises'
import { postgresUrl, readEnv } from '@sleepwell/runtime/env'
import { Command } from 'commander'
import { Client } from 'pg'
import { describeLoss, lookAtPrimary, lookAtServer, promote } from './promotion.ts'

const connectMs = 5_000
/** A promotion waits until everything that was received is replayed. */
const promotionMs = 60_000

const command = new Command('promote-region')
  .description(
    'Makes the server at STANDBY_URL (of a superuser, links database) the primary. OLD_PRIMARY_URL, if given, is asked first.',
  )
  .option('--yes', 'do not ask', false)
  .action(promoteRegion)

try {
  await command.parseAsync()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function promoteRegion({ yes }: { readonly yes: boolean }): Promise<void> {
  const { STANDBY_URL, OLD_PRIMARY_URL } = readEnv(
    { STANDBY_URL: postgresUrl, OLD_PRIMARY_URL: postgresUrl.optional() },
    process.env,
  )
  await using open = new AsyncDisposableStack()
  const client = new Client({
    connectionString: STANDBY_URL,
    connectionTimeoutMillis: connectMs,
    query_timeout: promotionMs + connectMs,
  })
  client.on('error', () => {})
  await client.connect()
  open.defer(() => client.end())

  const place = new URL(STANDBY_URL).host
  const server = await lookAtServer(client)
  if (!server.inRecovery) {
    console.log(
      `${place} is the primary already, on timeline ${server.timeline}. Nothing was done.`,
    )
    return tellWhatIsNext(place)
  }
  const old = OLD_PRIMARY_URL === undefined ? undefined : await lookAtPrimary(OLD_PRIMARY_URL)
  console.log(`${place} is a standby on timeline ${server.timeline}.`)
  for (const line of describeLoss(server, old, new Date())) console.log(line)
  if (old?.state === 'primary')
    throw new Error(
      `${old.place} answers and takes writes. With two primaries links would be lost: stop it first. If it can be reached from here alone, and must not be stopped, leave OLD_PRIMARY_URL out.`,
    )
  if (!yes && !(await isAgreed(place))) {
    console.log('Nothing was done.')
    process.exitCode = 3
    return
  }
  const begunAt = performance.now()
  const timeline = await promote(client, promotionMs)
  const seconds = ((performance.now() - begunAt) / 1000).toFixed(1)
  console.log(`Done in ${seconds} s: ${place} takes writes, on timeline ${timeline}.`)
  tellWhatIsNext(place)
}

async function isAgreed(place: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error('There is no terminal to ask on: say --yes.')
  using prompt = createInterface({ input: process.stdin, output: process.stdout })
  return (await prompt.question(`Make ${place} the primary? Type "promote": `)) === 'promote'
}

function tellWhatIsNext(place: string): void {
  console.log(`Next:
  1. LINKS_URL of every region has to lead to ${place}. A proxy that asks servers whether they are in recovery has done so by itself.
  2. Other standbys follow ${place}: set their primary_conninfo.
  3. The lost region comes back as a standby, never by itself as a primary: docs/disaster-recovery.md, "When the region returns".`)
}

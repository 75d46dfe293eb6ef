// After a region was lost and another one promoted: the changes of links that only the old primary has, a line of JSON each.
// `LINKS_URL=postgres://... LOST_URL=postgres://... node src/list-lost-links.ts > lost.ndjson`
import { once } from 'node:events'
import { postgresUrl, readEnv } from '@sleepwell/runtime/env'
import { Client } from 'pg'
import { findLostChanges } from './lost-changes.ts'

const connectMs = 5_000

try {
  await listLostLinks()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function listLostLinks(): Promise<void> {
  const { LINKS_URL, LOST_URL } = readEnv(
    { LINKS_URL: postgresUrl, LOST_URL: postgresUrl },
    process.env,
  )
  await using open = new AsyncDisposableStack()
  const connect = async (url: string) => {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: connectMs })
    client.on('error', () => {})
    await client.connect()
    open.defer(() => client.end())
    return client
  }
  const [kept, lost] = [await connect(LINKS_URL), await connect(LOST_URL)]
  await refuseTwoPrimaries(lost)
  const counts = { created: 0, edited: 0, deleted: 0 }
  for await (const one of findLostChanges(kept, lost, (line) => console.error(line))) {
    counts[one.change] += 1
    if (!process.stdout.write(`${JSON.stringify(one)}\n`)) await once(process.stdout, 'drain')
  }
  const { created, edited, deleted } = counts
  console.error(
    `${created} created, ${edited} edited, ${deleted} deleted, and known to the lost primary alone`,
  )
}

/** What is still written there would be missing in the list. */
async function refuseTwoPrimaries(lost: Client): Promise<void> {
  const { rows } = await lost.query<{ writes: boolean }>(
    `select current_setting('transaction_read_only') = 'off' as writes`,
  )
  if (rows[0]?.writes === true)
    throw new Error('LOST_URL still takes writes. Start that server as a standby (standby.signal).')
}

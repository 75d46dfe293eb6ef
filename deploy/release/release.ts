// `npm run release -- --dir DIR`: a release reaches one server and a hundredth of the visitors, is compared with the others for
// five minutes, and then reaches all of them, or none.
import { CannotStart, exitCodeFor } from '@sleepwell/deploy-local/cannot-start'
import { listenForStop, type StopRequest } from '@sleepwell/deploy-local/stop-request'
import { lockDirectory } from '@sleepwell/runtime/directory-lock'
import { join } from 'node:path'
import { readInventory } from './inventory.ts'
import { readOptions, usage } from './options.ts'
import { type Outcome, recover, release } from './run-release.ts'

// Who watched it may be gone: nobody is told then, and it goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const exitCodes: Readonly<Record<Outcome, number>> = {
  released: 0,
  'rolled back': 1,
  refused: 1,
  'needs a person': 3,
}

async function main(request: StopRequest): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    console.log(usage)
    return 0
  }
  const inventory = readInventory(options.inventory)
  const lock = await lockDirectory(join(inventory.records, 'lock'))
  if (lock === 'in use')
    throw new CannotStart(`Another release is under way (${inventory.records}). Nothing was done.`)
  await using open = new AsyncDisposableStack()
  open.use(lock)
  const run = { inventory, timeScale: options.timeScale, request, say: sayWithTime() }
  const recovered = await recover(run)
  if (options.release === undefined || recovered === 'needs a person') return exitCodes[recovered]
  return exitCodes[await release(run, options.release)]
}

function sayWithTime() {
  const startedAt = performance.now()
  return (what: string) => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    console.log(`${seconds.padStart(7)} s  ${what}`)
  }
}

using request = listenForStop(console.error)
try {
  process.exitCode = await main(request)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = request.hurry.aborted ? 3 : exitCodeFor(error)
}

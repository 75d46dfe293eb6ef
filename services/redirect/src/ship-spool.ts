// A job that ships the spool of a redirect process that will not come back, such as one on a disk taken out of a broken
// machine: `CLICK_LOG_URL=kafka://... node src/ship-spool.ts DIR` (or SPOOL_DIR). It can be run again and again.
import { stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { clickLogUrl, openClickLog, probeClickLog } from '@sleepwell/click-log/open-click-log'
import type { ClickRecord } from '@sleepwell/contracts/click'
import { lockDirectory } from '@sleepwell/runtime/directory-lock'
import { ConfigError, duration, readEnv } from '@sleepwell/runtime/env'
import { createLog, errorFields } from '@sleepwell/runtime/log'
import { probe, trustAuthorities } from '@sleepwell/runtime/probe'
import { run } from '@sleepwell/runtime/process'
import { z } from 'zod'
import { shipEnded } from './ship-spools.ts'
import { findSpools } from './spool-directory.ts'

const log = createLog('ship-spool')

const settings = {
  /** The directory that a redirect process had; the argument goes first. */
  SPOOL_DIR: z.string().optional(),
  CLICK_LOG_URL: clickLogUrl,
  /** PEM file of further certificate authorities. */
  CA_FILE: z.string().optional(),
  /** After that it gives up; what is left is shipped by the next run. */
  SHIP_LIMIT_SECONDS: duration.default(600),
}

await run(log, async () => {
  const config = readEnv(settings, process.env)
  const directory = parseArgs({ allowPositionals: true }).positionals[0] ?? config.SPOOL_DIR
  if (directory === undefined) throw new ConfigError('which directory? Name it, or set SPOOL_DIR')
  const found = await stat(directory).catch(() => undefined)
  if (found?.isDirectory() !== true) throw new ConfigError(`no such directory: ${directory}`)

  await using open = new AsyncDisposableStack()
  const lock = await lockDirectory(directory)
  if (lock === 'in use')
    throw new ConfigError(`a process has ${directory}: it ships its own spool, also when it stops`)
  open.use(lock)
  trustAuthorities(config.CA_FILE)
  await probe('CLICK_LOG_URL', () => probeClickLog(config.CLICK_LOG_URL, log), log)
  const clickLog = open.use(openClickLog(config.CLICK_LOG_URL, { log }))

  const counts = { spools: 0, clicks: 0, dropped: 0 }
  const publish = async (records: readonly Uint8Array[]) => {
    await clickLog.publish(records)
    for (const value of records) {
      const record = JSON.parse(Buffer.from(value).toString()) as ClickRecord
      if (record.type === 'click') counts.clicks += 1
      if (record.type === 'dropped') counts.dropped += record.to - record.from + 1
    }
  }
  const giveUp = AbortSignal.timeout(config.SHIP_LIMIT_SECONDS * 1000)
  const left: string[] = []
  for (const spool of await findSpools(directory)) {
    const shipping = shipEnded(
      {
        root: directory,
        spool,
        publish,
        publishFailed: (error) =>
          log.warn(errorFields(error), 'the click log does not take clicks'),
        checkpointFailed: (error) =>
          log.warn(errorFields(error), 'the checkpoint cannot be written'),
        oldest: () => {},
      },
      giveUp,
    )
    const shipped = await shipping.catch((error: unknown) => {
      log.error({ spool, ...errorFields(error) }, 'the spool cannot be read')
      return false
    })
    if (shipped) counts.spools += 1
    else left.push(spool)
  }
  log.info(counts, 'shipped')
  if (left.length > 0)
    throw new Error(`not all was shipped: ${left.join(', ')} are still in ${directory}`)
})

// Wires the path of a click out of this process: spool on disk, shipper, click log.
import { join } from 'node:path'
import { lockDirectory } from '@sleepwell/runtime/directory-lock'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import { v7 as uuidv7 } from 'uuid'
import { createClickSpool, type ClickSpool } from './click-spool.ts'
import type { readConfig } from './config.ts'
import * as indicators from './indicators.ts'
import { openSegmentWriter } from './segment-writer.ts'
import { startShipping } from './ship-spools.ts'
import type { ShipOptions } from './spool-shipper.ts'

type ClicksConfig = Pick<
  ReturnType<typeof readConfig>,
  'SPOOL_DIR' | 'SPOOL_MAX_MB' | 'CLICK_DURABILITY' | 'DRAIN_LIMIT_SECONDS'
>

export interface Clicks extends AsyncDisposable {
  readonly record: ClickSpool['record']
  readonly bytes: () => number
  /** Numbers given out that the click log does not have yet. */
  readonly unshipped: () => number
}

const segmentBytes = 16 * 1024 * 1024

export async function openClicks(
  config: ClicksConfig,
  publish: ShipOptions['publish'],
  log: Logger,
): Promise<Clicks> {
  await using opening = new AsyncDisposableStack()
  const lock = await lockDirectory(config.SPOOL_DIR)
  if (lock === 'in use')
    throw new Error(`SPOOL_DIR is in use by another process: ${config.SPOOL_DIR}`)
  opening.use(lock)
  const spoolFailed = (error: unknown) =>
    log.error(errorFields(error), 'the spool cannot be written')
  const spool = uuidv7()
  const writer = opening.use(
    await openSegmentWriter({
      directory: join(config.SPOOL_DIR, spool),
      segmentBytes,
      durability: config.CLICK_DURABILITY,
      failed: spoolFailed,
    }),
  )
  const clickSpool = createClickSpool({
    spool,
    writer,
    maxBytes: config.SPOOL_MAX_MB * 1024 * 1024,
    kept: indicators.recordKept,
    failed: spoolFailed,
  })
  let shippedSeq = 0
  opening.use(
    startShipping({
      root: config.SPOOL_DIR,
      own: {
        spool,
        end: writer.end,
        lastSeq: clickSpool.lastSeq,
        moved: (position, bytes) => {
          shippedSeq = position.seq
          clickSpool.shipped(bytes)
        },
      },
      publish,
      publishFailed: (error) => {
        indicators.recordPublishFailure()
        log.warn(errorFields(error), 'the click log does not take clicks; they wait in the spool')
      },
      drainLimitMs: config.DRAIN_LIMIT_SECONDS * 1000,
    }),
  )
  opening.use(clickSpool) // closed before the shipper, which then ships the last of it
  const open = opening.move()
  return {
    record: clickSpool.record,
    bytes: clickSpool.bytes,
    unshipped: () => clickSpool.lastSeq() - shippedSeq,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

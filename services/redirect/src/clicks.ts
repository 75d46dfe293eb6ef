// Wires the path of a click out of this process: spool on disk, shipper, click log.
import { join } from 'node:path'
import { createFailureStreak } from '@sleepwell/runtime/failure-streak'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import { v7 as uuidv7 } from 'uuid'
import { createClickSpool, type ClickSpool } from './click-spool.ts'
import type { readConfig } from './config.ts'
import * as indicators from './indicators.ts'
import { holdDirectory } from './hold-directory.ts'
import { createSegmentWriter, type DiskCall } from './segment-writer.ts'
import { startShipping } from './ship-spools.ts'
import type { ShipOptions } from './spool-shipper.ts'

type ClicksConfig = Pick<
  ReturnType<typeof readConfig>,
  'SPOOL_DIR' | 'SPOOL_MAX_MB' | 'CLICK_DURABILITY' | 'DRAIN_LIMIT_SECONDS'
>

export interface Clicks extends AsyncDisposable {
  readonly record: ClickSpool['record']
  readonly recordOrphan: ClickSpool['recordOrphan']
  readonly bytes: () => number
  /** Of the oldest click that the click log does not have yet; 0 if it has all. */
  readonly ageMs: () => number
  /** Numbers given out that the click log does not have yet. */
  readonly unshipped: () => number
  /** Resolves once the directory is this process's own. */
  readonly held: Promise<void>
  /** Lets others at the disk, one call at a time. */
  readonly inTurn: DiskCall
}

const segmentBytes = 16 * 1024 * 1024
/** How long a visitor waits for the disk; a sync takes longer than a write. */
const patienceMs = 20
const strictPatienceMs = 200

export async function openClicks(
  config: ClicksConfig,
  publish: ShipOptions['publish'],
  log: Logger,
): Promise<Clicks> {
  await using opening = new AsyncDisposableStack()
  const writing = createFailureStreak((error) =>
    log.error(errorFields(error), 'the spool cannot be written; clicks wait in memory'),
  )
  // Once per life: what cannot be read is tried again and again.
  const reading = createFailureStreak((error) =>
    log.error(errorFields(error), 'a spool cannot be read; what it holds is not shipped'),
  )
  const home = opening.use(await holdDirectory(config.SPOOL_DIR, writing.failed))
  const spool = uuidv7()
  const writer = opening.use(
    createSegmentWriter({
      directory: join(config.SPOOL_DIR, spool),
      segmentBytes,
      durability: config.CLICK_DURABILITY,
      failed: writing.failed,
    }),
  )
  const drainLimitMs = config.DRAIN_LIMIT_SECONDS * 1000
  const clickSpool = createClickSpool({
    spool,
    append: async (bytes) => {
      await home.held
      await writer.append(bytes)
      writing.worked()
    },
    patienceMs: config.CLICK_DURABILITY === 'strict' ? strictPatienceMs : patienceMs,
    maxBytes: config.SPOOL_MAX_MB * 1024 * 1024,
    closeWithinMs: drainLimitMs,
    kept: indicators.recordKept,
    failed: writing.failed,
  })
  const publishing = createFailureStreak((error) =>
    log.warn(errorFields(error), 'the click log does not take clicks; they wait in the spool'),
  )
  let shippedSeq = 0
  let closingAt = 0
  const oldest = new Map<string, number>()
  opening.use(
    startShipping({
      root: config.SPOOL_DIR,
      held: home.held,
      own: {
        spool,
        end: writer.end,
        inTurn: writer.inTurn,
        progress: clickSpool.progress,
        moved: (position, bytes) => {
          shippedSeq = position.seq
          clickSpool.shipped(bytes)
        },
      },
      earlier: (bytes) => clickSpool.shipped(-bytes),
      oldest: (name, at) => {
        if (at === undefined) oldest.delete(name)
        else oldest.set(name, at.getTime())
      },
      publish: async (records) => {
        await publish(records)
        publishing.worked()
      },
      publishFailed: (error) => {
        indicators.recordPublishFailure()
        publishing.failed(error)
      },
      checkpointFailed: writing.failed,
      spoolFailed: reading.failed,
      // The spool has had its part of it by then.
      drainLimitMs: () => Math.max(0, drainLimitMs - (performance.now() - closingAt)),
    }),
  )
  opening.use(clickSpool) // closed before the shipper, which then ships the last of it
  const open = opening.move()
  const unshipped = () => clickSpool.progress().lastSeq - shippedSeq
  return {
    record: clickSpool.record,
    recordOrphan: clickSpool.recordOrphan,
    bytes: clickSpool.bytes,
    ageMs: () => {
      const now = Date.now()
      const behind = [...oldest].filter(([name]) => name !== spool || unshipped() > 0)
      return Math.max(clickSpool.waitedMs(), ...behind.map(([, at]) => now - at))
    },
    unshipped,
    held: home.held,
    inTurn: writer.inTurn,
    [Symbol.asyncDispose]: () => {
      closingAt = performance.now()
      return open.disposeAsync()
    },
  }
}

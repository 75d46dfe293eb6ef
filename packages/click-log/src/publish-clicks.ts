// A job that puts clicks of the past on a click log, such as those of a demonstration or of another system:
// `CLICK_LOG_URL=... node src/publish-clicks.ts < clicks.jsonl`, each line a click or an orphan without its spool and number.
// They get those of a spool of their own, so that the ledger tells whether each one arrived.
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Click, OrphanClick, type SpoolHeartbeat } from '@sleepwell/contracts/click'
import { readEnv } from '@sleepwell/runtime/env'
import { createLog } from '@sleepwell/runtime/log'
import { probe, trustAuthorities } from '@sleepwell/runtime/probe'
import { run } from '@sleepwell/runtime/process'
import { z } from 'zod'
import { clickLogUrl, openClickLog, probeClickLog } from './open-click-log.ts'

const log = createLog('publish-clicks')

const settings = {
  CLICK_LOG_URL: clickLogUrl,
  /** PEM file of further certificate authorities. */
  CA_FILE: z.string().optional(),
}

const Line = z.discriminatedUnion('type', [
  Click.omit({ spool: true, seq: true }),
  OrphanClick.omit({ spool: true, seq: true }),
])
const batchSize = 500

await run(log, async () => {
  const { CLICK_LOG_URL: url, CA_FILE } = readEnv(settings, process.env)
  trustAuthorities(CA_FILE)
  await probe('CLICK_LOG_URL', () => probeClickLog(url, log), log)
  await using clickLog = openClickLog(url, { log })
  const spool = randomUUID()
  let seq = 0
  let batch: object[] = []

  const publish = async (closed: boolean) => {
    const at = new Date().toISOString()
    const heartbeat: SpoolHeartbeat = {
      type: 'heartbeat',
      spool,
      lastSeq: seq,
      shippedSeq: seq,
      at,
      closed,
    }
    const records = [...batch, heartbeat].map((record) => Buffer.from(JSON.stringify(record)))
    await clickLog.publish(records)
    batch = []
    log.info({ clicks: seq }, 'published')
  }
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === '') continue
    batch.push({ ...Line.parse(JSON.parse(line)), spool, seq: ++seq })
    if (batch.length === batchSize) await publish(false)
  }
  await publish(true)
})

// Clicks as a redirect process publishes them, for whoever needs many: numbered, in batches, with heartbeats.
import { randomBytes, randomUUID } from 'node:crypto'
import { openClickLog } from '@sleepwell/click-log/open-click-log'
import { countingPolicyVersion, type Click, type SpoolHeartbeat } from '@sleepwell/contracts/click'
import { pino } from 'pino'

export interface ClickSource {
  readonly url: string
  readonly clicks: number
  readonly links: number
  readonly ownerId?: string
}

const batchSize = 500
const silent = pino({ level: 'silent' })
const oneOf = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T

/** Publishes clicks of one spool on links of which few are popular; resolves to the spool's name. */
export async function publishClicks(source: ClickSource): Promise<string> {
  await using clickLog = openClickLog(source.url, { log: silent })
  const spool = randomUUID()
  const links = Array.from({ length: source.links }, () => randomUUID())
  const regulars = Array.from({ length: 50_000 }, newVisitor)
  let seq = 0
  while (seq < source.clicks) {
    const batch: object[] = []
    while (batch.length < batchSize && seq < source.clicks)
      batch.push(
        makeClick(
          spool,
          ++seq,
          popular(links),
          Math.random() < 0.2 ? oneOf(regulars) : newVisitor(),
          source.ownerId,
        ),
      )
    const at = new Date().toISOString()
    const heartbeat: SpoolHeartbeat = {
      type: 'heartbeat',
      spool,
      lastSeq: seq,
      shippedSeq: seq,
      at,
      closed: seq === source.clicks,
    }
    await clickLog.publish(
      [...batch, heartbeat].map((record) => Buffer.from(JSON.stringify(record))),
    )
  }
  return spool
}

function newVisitor(): string {
  return randomBytes(16).toString('base64url')
}

function makeClick(
  spool: string,
  seq: number,
  linkId: string,
  visitor: string,
  ownerId = 'bench',
): Click {
  const now = Date.now()
  return {
    type: 'click',
    id: uuidv7(now),
    spool,
    seq,
    linkId,
    ownerId,
    at: new Date(now).toISOString(),
    policyVersion: countingPolicyVersion,
    bot: Math.random() < 0.1,
    visitor,
    country: oneOf(['DE', 'US', 'FR', 'GB', 'JP', 'BR', 'IN', 'unknown']),
    device: oneOf(['desktop', 'mobile', 'mobile', 'tablet'] as const),
    browser: oneOf(['Chrome', 'Safari', 'Firefox', 'Microsoft Edge']),
    os: oneOf(['Windows', 'iOS', 'Android', 'macOS', 'Linux']),
    ...(Math.random() < 0.5 && { referrerHost: oneOf(['news.example', 't.co', 'mail.example']) }),
  }
}

/** Half of all clicks go to one link in a hundred or so. */
function popular(links: readonly string[]): string {
  return links[Math.floor(links.length * Math.random() ** 6)] ?? ''
}

function uuidv7(time: number): string {
  const hex = time.toString(16).padStart(12, '0') + randomBytes(10).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

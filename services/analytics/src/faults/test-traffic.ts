// For tests: what one redirect process ships, and a list of it that nothing of the product has made.
import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickLog } from '@sleepwell/click-log/click-log'
import type { Click, ClickRecord, DroppedClicks, OrphanClick } from '@sleepwell/contracts/click'
import { encode, uuidv7At } from '../test-clicks.ts'

export interface Traffic {
  readonly spool: string
  /** Publishes so many clicks, with one of everything else beside them, until the log has acknowledged them. */
  readonly ship: (clicks: number) => Promise<void>
  /** The same records once more, last ones first. */
  readonly shipAgain: () => Promise<void>
  /** All that was acknowledged. */
  readonly clicks: readonly Click[]
  readonly orphans: readonly OrphanClick[]
  readonly dropped: readonly DroppedClicks[]
  /** Clicks of a version that nobody knows yet. */
  readonly strangers: readonly Click[]
}

const links = Array.from({ length: 5 }, () => randomUUID())
const hourMs = 3_600_000
/** Far below what a broker takes at once. */
const chunk = 300

export function createTraffic(publish: ClickLog['publish']): Traffic {
  const spool = randomUUID()
  const clicks: Click[] = []
  const orphans: OrphanClick[] = []
  const dropped: DroppedClicks[] = []
  const strangers: Click[] = []
  let seq = 0
  const pick = <T>(from: readonly T[]) => from[Math.floor(Math.random() * from.length)] as T

  function newClick(changes: Partial<Click> = {}): Click {
    seq++
    // Over two days: in most batches there are rows of both.
    const at = Date.now() - (seq % 2) * 24 * hourMs
    const linkId = pick(links)
    const bot = seq % 7 === 0
    return {
      type: 'click',
      id: uuidv7At(at),
      spool,
      seq,
      linkId,
      ownerId: linkId === links[0] ? 'first' : 'other',
      at: new Date(at).toISOString(),
      policyVersion: 1,
      bot,
      ...(!bot && { visitor: `visitor ${seq % 11}` }),
      country: pick(['DE', 'FR', 'unknown']),
      device: pick(['desktop', 'mobile']),
      browser: pick(['Firefox', 'Chrome', 'Safari']),
      os: pick(['Linux', 'iOS']),
      ...(seq % 3 === 0 && { referrerHost: 'news.example' }),
      ...changes,
    }
  }

  async function publishUntilTaken(records: readonly ClickRecord[]): Promise<void> {
    for (;;) {
      try {
        return await publish(records.map(encode))
      } catch {
        await sleep(50)
      }
    }
  }

  return {
    spool,
    clicks,
    orphans,
    dropped,
    strangers,
    ship: async (count) => {
      const some = Array.from({ length: count }, () => newClick())
      const { id, seq: number, at, bot } = newClick()
      const slug = pick(['wp-login', 'admin', 'env'])
      const numbered = { id, spool, seq: number, at, bot, policyVersion: 1 }
      const orphan: OrphanClick = { type: 'orphan', ...numbered, domain: '@', slug }
      const stranger = newClick({ policyVersion: 99 })
      const now = new Date().toISOString()
      const gone: DroppedClicks = { type: 'dropped', spool, from: seq + 1, to: seq + 2, at: now }
      seq += 2
      const said = { lastSeq: seq, shippedSeq: seq, at: now, closed: false }
      const heartbeat: ClickRecord = { type: 'heartbeat', spool, ...said }
      await publishUntilTaken([...some, orphan, stranger, gone, heartbeat])
      clicks.push(...some)
      orphans.push(orphan)
      strangers.push(stranger)
      dropped.push(gone)
    },
    shipAgain: async () => {
      const all = [...dropped, ...strangers, ...orphans, ...clicks].toReversed()
      for (let i = 0; i < all.length; i += chunk) await publishUntilTaken(all.slice(i, i + chunk))
    },
  }
}

/** A number that is the same for the same rows, whatever their order. */
export function digest(rows: readonly unknown[]): string {
  const lines = rows.map((row) => JSON.stringify(row)).sort()
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

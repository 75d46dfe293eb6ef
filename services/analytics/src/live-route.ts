import type { KeyHolder } from '@sleepwell/contracts/api-key'
import type { KeyOutcome } from '@sleepwell/runtime/express-api'
import type { Request, Response } from 'express'
import type { LiveFeed } from './live-feed.ts'
import { readPosition } from './live-position.ts'
import { refuse } from './refuse.ts'

/** Server-sent events that a client may leave lying; then he is cut off, and comes back with what he saw last. */
const maxWaitingBytes = 256 * 1024
/** The database of keys may be away for a while, a revoked key may not go on for ever: it is believed for ten seconds before. */
const unansweredMs = 10_000

/** For what was sent to him to arrive. */
const partingMs = 5_000

const headers = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // nginx would hold events back.
  'X-Accel-Buffering': 'no',
}

export interface LiveRequest {
  readonly ownerId: string
  readonly linkId: string | undefined
  readonly identify: () => Promise<KeyOutcome<KeyHolder>>
  readonly mayRead: (holder: KeyHolder) => boolean
  /** Milliseconds, monotonic. */
  readonly now: () => number
}

/** Holds the connection open until the client leaves, falls behind, loses his key, or this process stops. */
export function followLive(
  follow: LiveFeed['follow'],
  req: Request,
  res: Response,
  asked: LiveRequest,
): void {
  const { ownerId, linkId } = asked
  if (req.method === 'HEAD') return void res.set(headers).end()
  const lastEventId = req.get('Last-Event-ID')
  let answeredAt = asked.now()
  // He left while his key was looked up.
  if (res.destroyed) return
  const leave = follow({
    ownerId,
    linkId,
    since: lastEventId === undefined ? undefined : readPosition(lastEventId),
    send: (text) => {
      if (res.destroyed || res.writableEnded) return
      res.write(text)
      if (res.writableLength > maxWaitingBytes) res.destroy()
    },
    mayGoOn: async () => {
      const holder = await asked.identify()
      if (holder === 'unavailable') return asked.now() - answeredAt < unansweredMs
      answeredAt = asked.now()
      return typeof holder === 'object' && holder.ownerId === ownerId && asked.mayRead(holder)
    },
    end: () => {
      res.end()
      // One who takes nothing would keep his place.
      res.setTimeout(partingMs, () => res.destroy())
    },
  })
  if (leave === 'full')
    refuse('unavailable', { detail: 'Too many follow the clicks here already.' })
  res.once('close', leave)
  res.writeHead(200, headers)
  res.write('retry: 2000\n\n')
}

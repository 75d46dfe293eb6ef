// One direction of a connection. Whatever the weather, bytes arrive in the order in which they were sent.
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** To the server, or from it. */
export type Direction = 'up' | 'down'

export interface Weather {
  readonly latencyMs: number
  /** By how much the latency may be less or more. */
  readonly jitterMs: number
  readonly bytesPerSecond: number
  /** Nothing arrives until this ends, and what was held back then does. */
  readonly isSilent: boolean
}

export interface Lane {
  readonly set: (weather: Weather) => void
}

/** What may be under way; a sender of more has to wait, as with any network. */
const maxBytes = 1024 * 1024
/** A slow lane delivers so often. */
const slicesPerSecond = 50

export function openLane(from: Socket, to: Socket): Lane {
  const ended = new AbortController()
  let weather: Weather | undefined
  let changed = Promise.withResolvers<void>()
  let arrivesAt = 0
  let underWay = 0
  let last: Promise<unknown> = Promise.resolve()

  const deliver = async (slice: Buffer, at: number) => {
    const waitMs = at - performance.now()
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: ended.signal }).catch(() => {})
    while (weather?.isSilent !== false && !to.destroyed) await changed.promise
    if (!to.destroyed) to.write(slice)
    underWay -= slice.length
  }
  const carry = async () => {
    for await (const data of from) {
      const chunk = data as Buffer
      const { latencyMs = 0, jitterMs = 0, bytesPerSecond = Infinity } = weather ?? {}
      const size = Math.max(1, Math.floor(Math.min(chunk.length, bytesPerSecond / slicesPerSecond)))
      const lateMs = latencyMs + jitterMs * (2 * Math.random() - 1)
      arrivesAt = Math.max(arrivesAt, performance.now() + lateMs)
      for (let start = 0; start < chunk.length; start += size) {
        const slice = chunk.subarray(start, start + size)
        arrivesAt += (slice.length / bytesPerSecond) * 1000
        underWay += slice.length
        const at = arrivesAt
        last = last.then(() => deliver(slice, at))
      }
      if (underWay > maxBytes) await last
    }
    await last
    to.end()
  }
  // A connection that was broken off: its other end is told by the socket's own error.
  carry().catch(() => {})
  to.once('close', () => {
    ended.abort()
    changed.resolve()
  })
  return {
    set: (next) => {
      weather = next
      changed.resolve()
      if (!to.destroyed) changed = Promise.withResolvers()
    },
  }
}

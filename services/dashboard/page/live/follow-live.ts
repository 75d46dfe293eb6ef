import { useEffect, useState } from 'preact/hooks'
import { api } from '../session/session.ts'
import { now } from '../shell/clock.ts'
import { type LiveWindow, openWindow, withClicks, withGap } from './live-window.ts'

export type Connection = 'connecting' | 'open' | 'lost'

export interface Live {
  readonly window: LiveWindow
  readonly connection: Connection
  readonly error: unknown
}

/** Follows while it is shown and not paused; comes back by itself, and is told what it missed. */
export function useLive(linkId: string | undefined, paused: boolean): Live {
  const [window, setWindow] = useState(() => openWindow(Date.now()))
  const [connection, setConnection] = useState<Connection>('connecting')
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    if (paused) return
    const stop = new AbortController()
    setWindow((before) => ({ ...openWindow(Date.now()), latest: before.latest }))
    setConnection('connecting')
    void follow(stop.signal)
    return () => stop.abort()
  }, [linkId, paused])
  return { window, connection, error }

  async function follow(signal: AbortSignal): Promise<void> {
    try {
      const events = api.live({
        linkId,
        signal,
        connected: (is) => {
          if (!signal.aborted) setConnection(is ? 'open' : 'lost')
        },
      })
      for await (const { event, data } of events) {
        if (signal.aborted) return
        const at = Date.now()
        now.value = at
        if (event === 'gap') setWindow((before) => withGap(before, at))
        else setWindow((before) => withClicks(before, data, at))
      }
    } catch (failure) {
      if (signal.aborted) return
      setConnection('lost')
      setError(failure)
    }
  }
}

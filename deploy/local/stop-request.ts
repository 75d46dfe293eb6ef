/** How this process learns that it shall end. */
export interface StopRequest extends Disposable {
  /** Stop in order. */
  readonly stop: AbortSignal
  /** There is no time for that. */
  readonly hurry: AbortSignal
}

/** npm passes Ctrl-C on to us, to whom the terminal has sent it already: within this time it is the same one. */
const echoMs = 500

export function listenForStop(say: (line: string) => void): StopRequest {
  const stop = new AbortController()
  const hurry = new AbortController()
  let askedAt = 0
  const ask = () => {
    if (!stop.signal.aborted) {
      askedAt = performance.now()
      say('Stopping; Ctrl-C again cuts it short')
      stop.abort(new Error('Stopped before the end.'))
    } else if (performance.now() - askedAt > echoMs && !hurry.signal.aborted) {
      say('Cut short')
      hurry.abort()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask)
  // A test, or whatever else started this process with a channel to it, is gone.
  if (process.connected) process.once('disconnect', ask)
  return {
    stop: stop.signal,
    hurry: hurry.signal,
    // The channel would keep this process alive.
    [Symbol.dispose]: () => {
      process.off('disconnect', ask)
      if (process.connected) process.disconnect()
    },
  }
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

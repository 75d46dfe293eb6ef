// How long a visitor waits for the stores. A thread that is held, or has no processor, hears none of them; after such a pause
// its timers come first, and only then what has arrived meanwhile. So a wait is made of pieces, and ends with a look at that.
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'

const pieces = 4

/** Resolves after so many milliseconds, each piece of them counted once, however long it took. Rejects when aborted. */
export async function patience(ms: number, signal: AbortSignal): Promise<void> {
  for (let piece = 0; piece < pieces; piece++)
    await sleep(ms / pieces, undefined, { signal, ref: false })
  await turn(undefined, { signal })
}

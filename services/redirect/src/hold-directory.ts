import { setTimeout as sleep } from 'node:timers/promises'
import { lockDirectory } from '@sleepwell/runtime/directory-lock'

export interface HeldDirectory extends AsyncDisposable {
  /** Resolves once the directory is ours; never, if it never can be. */
  readonly held: Promise<void>
}

const retryAfterMs = 1000

/**
 * Takes a directory for this process alone. A disk that is full or read-only cannot even hold the lock: then it is tried
 * again and again, and who needs the directory waits.
 *
 * @throws when another process has it
 */
export async function holdDirectory(
  directory: string,
  failed: (error: unknown) => void,
): Promise<HeldDirectory> {
  const stopping = new AbortController()
  const inUse = new Error(`SPOOL_DIR is in use by another process: ${directory}`)
  const { promise: held, resolve } = Promise.withResolvers<void>()
  const take = async (): Promise<AsyncDisposable | 'in use' | undefined> => {
    try {
      const lock = await lockDirectory(directory)
      if (lock === 'in use') failed(inUse)
      else resolve()
      return lock
    } catch (error) {
      failed(error)
    }
  }
  const first = await take()
  if (first === 'in use') throw inUse
  let lock: AsyncDisposable | 'in use' | undefined = first
  const taking = (async () => {
    while (typeof lock !== 'object' && !stopping.signal.aborted) {
      await sleep(retryAfterMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (!stopping.signal.aborted) lock = await take()
    }
  })()
  return {
    held,
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      await taking
      if (typeof lock === 'object') await lock[Symbol.asyncDispose]()
    },
  }
}

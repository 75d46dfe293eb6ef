// Visitors and readers all the time, and now and then people who write.
import type { System } from '../../system.ts'
import type { Pace } from '../pace.ts'
import { startReaders, startVisitors } from '../visitors.ts'
import { startWriters, type Writers } from '../writers.ts'

export interface Load extends AsyncDisposable {
  readonly visitors: ReturnType<typeof startVisitors>
  readonly readers: ReturnType<typeof startReaders>
  /** Begins to write links of this prefix, which visitors follow too. */
  readonly write: (prefix: string) => Writers
}

export function startLoad({ access }: System, stable: readonly string[], pace: Pace): Load {
  const written: string[] = []
  const visitors = startVisitors(access, pace.redirectsPerSecond, { stable, written })
  const readers = startReaders(access, pace.reportsPerSecond)
  const all: Writers[] = []
  return {
    visitors,
    readers,
    write: (prefix) => {
      const writers = startWriters(access, pace.writesPerSecond, prefix)
      all.push(writers)
      written.push(...writers.slugs)
      return writers
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([visitors.stop(), readers.stop(), ...all.map((writers) => writers.stop(0))])
    },
  }
}

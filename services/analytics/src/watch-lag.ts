// How far each partition is behind the end of its log. Asked of the log and of the stored offsets, not of the consumer:
// one that stands still would tell nothing new.
import type { Bounds } from '@sleepwell/click-log/click-log'
import { every } from '@sleepwell/runtime/every'

export interface PartitionLag {
  /** Of one process, none twice: `kafka`, `postgres`. */
  readonly log: string
  readonly partition: number
  readonly records: number
}

export interface LagDeps {
  readonly log: string
  /** The offset to read next, of each partition that was read. */
  readonly findOffsets: () => Promise<ReadonlyMap<number, number>>
  readonly bounds: () => Promise<ReadonlyMap<number, Bounds>>
  readonly failed: (error: unknown) => void
}

export interface WatchedLag extends AsyncDisposable {
  /** Nothing while either side cannot be asked. */
  readonly last: () => readonly PartitionLag[]
}

const readEveryMs = 10_000

/** Again and again, so that a scrape asks no log. */
export function watchLag(deps: LagDeps, everyMs = readEveryMs): WatchedLag {
  let last: readonly PartitionLag[] = []
  const reading = every(
    everyMs,
    async () => {
      try {
        last = await readLag(deps)
      } catch (error) {
        last = []
        throw error
      }
    },
    deps.failed,
  )
  return { last: () => last, [Symbol.asyncDispose]: () => reading[Symbol.asyncDispose]() }
}

export async function readLag({ log, findOffsets, bounds }: LagDeps): Promise<PartitionLag[]> {
  // In this order: what is read and stored meanwhile is not beyond the end.
  const offsets = await findOffsets()
  const all = await bounds()
  return [...all].map(([partition, of]) => ({
    log,
    partition,
    records: of.high - positionIn(of, offsets.get(partition)),
  }))
}

/** As a consumer begins: an offset that is not on the log is as good as none. */
function positionIn({ low, high }: Bounds, offset: number | undefined): number {
  return offset === undefined || offset > high ? low : Math.max(low, offset)
}

/** By kind, and by number if there are several of a kind: a URL may have a password. */
export function nameLogs(
  urls: readonly string[],
): { readonly name: string; readonly url: string }[] {
  const kindOf = (url: string) => (/^kafkas?:/u.test(url) ? 'kafka' : 'postgres')
  return urls.map((url, i) => {
    const kind = kindOf(url)
    const before = urls.slice(0, i).filter((other) => kindOf(other) === kind).length
    return { name: before === 0 ? kind : `${kind}-${before + 1}`, url }
  })
}

// The partitions that a consumer has been given, and how far each one is handled. Offsets come from `startAt`: what
// Kafka remembers of a group cannot tell a member of an older generation, and is never asked.
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import type { Bounds, ConsumeOptions, LogRecord } from './click-log.ts'
import type { BatchPayload, KafkaBatch } from './kafka-client.ts'
import { jittered, pause } from './pause.ts'

export interface AssignmentDeps {
  readonly options: ConsumeOptions
  readonly log: Logger
  readonly bounds: (partition: number) => Promise<Bounds>
  /** Nothing is fetched from a paused partition; `goTo` lets it be fetched again, from there. */
  readonly pause: (partitions: readonly number[]) => void
  readonly goTo: (partition: number, offset: number) => void
  readonly heartbeatMs: number
  /** Nothing is handled any more. */
  readonly over: AbortSignal
}

export interface Assignment {
  /** All that is ours from now on. */
  readonly assign: (partitions: readonly number[]) => void
  /** What is ours is decided anew, and may be somebody else's before we hear of it. */
  readonly suspend: () => void
  readonly handleBatch: (payload: BatchPayload) => Promise<void>
  /** Offset to read next, of each partition that is being read. */
  readonly places: () => ReadonlyMap<number, number>
  /** By now these were the bounds; `before` is where the partition was when they were asked for. */
  readonly compare: (partition: number, before: number, bounds: Bounds) => Promise<void>
  /** Whether one has not moved since `time`, of performance.now(), although nobody works on it. */
  readonly standsStillSince: (time: number) => boolean
  readonly settled: () => Promise<void>
}

/** One assignment of one partition. */
interface Place {
  readonly partition: number
  next: number | undefined
  /** Of the oldest record, as far as is known. */
  low: number
  movedAt: number
  busy: boolean
}

/** As many clicks as one batch of analytics takes well: the more, the fewer sums there are to write for each. */
const sliceSize = 32_000
const beginAnewMs = 500

export function createAssignment(deps: AssignmentDeps): Assignment {
  const { options, over, log } = deps
  const places = new Map<number, Place>()
  // Also of what is not ours any more: its last batch may still be handled when it comes back.
  const turns = new Map<number, Promise<unknown>>()
  let suspended = false

  const isCurrent = (place: Place) => !over.aborted && places.get(place.partition) === place

  function inTurn<T>(place: Place, work: () => Promise<T>): Promise<T> {
    const before = turns.get(place.partition) ?? Promise.resolve()
    const done = before.then(async () => {
      place.busy = true
      try {
        return await work()
      } finally {
        place.busy = false
        place.movedAt = performance.now()
      }
    })
    turns.set(
      place.partition,
      done.catch(() => {}),
    )
    return done
  }

  function begin(partition: number): void {
    deps.pause([partition])
    const place = { partition, next: undefined, low: 0, movedAt: performance.now(), busy: false }
    places.set(partition, place)
    void findPlace(place)
  }

  async function findPlace(place: Place): Promise<void> {
    while (isCurrent(place)) {
      try {
        place.next = await inTurn(place, () => findStart(place))
        if (isCurrent(place)) deps.goTo(place.partition, place.next)
        return
      } catch (error) {
        await beginLater(place, error)
      }
    }
  }

  async function findStart(place: Place): Promise<number> {
    const { partition } = place
    const start = await options.startAt(partition, async () => (await deps.bounds(partition)).high)
    const { low, high } = await deps.bounds(partition)
    place.low = low
    return start === 'earliest' || start > high ? low : Math.max(low, start)
  }

  async function beginAnew(place: Place, error: unknown): Promise<void> {
    await beginLater(place, error)
    if (isCurrent(place)) begin(place.partition)
  }

  async function beginLater({ partition }: Place, error: unknown): Promise<void> {
    if (!over.aborted) log.warn({ partition, ...errorFields(error) }, 'a partition is begun anew')
    await pause(jittered(beginAnewMs), over)
  }

  /** False when the partition goes on elsewhere, or is begun anew. */
  async function handle(place: Place, records: readonly LogRecord[]): Promise<boolean> {
    const { partition } = place
    try {
      return await inTurn(place, async () => {
        const { next } = place
        if (!isCurrent(place) || next === undefined || suspended) return false
        const first = records[0]?.offset ?? next
        if (first < next) throw new Error('the click log went back')
        place.next = await options.handle(partition, records)
        const expected = records.length === 0 ? next : (records.at(-1)?.offset ?? next) + 1
        return place.next === expected
      })
    } catch (error) {
      if (!isCurrent(place)) return false
      deps.pause([partition])
      place.next = undefined
      void beginAnew(place, error)
      return false
    }
  }

  async function handleEnd(place: Place): Promise<void> {
    const { next } = place
    const goesOn = await handle(place, [])
    if (goesOn || next === undefined || place.next === undefined || !isCurrent(place)) return
    // Before the oldest record there is nothing to go back to: a stored offset that retention has passed.
    place.next = Math.max(place.next, place.low)
    if (place.next !== next) deps.goTo(place.partition, place.next)
  }

  async function handleSlices(place: Place, payload: BatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload
    for (const records of slicesOf(batch)) {
      if (!isRunning() || isStale()) return
      const goesOn = await handle(place, records)
      if (isCurrent(place) && place.next !== undefined) resolveOffset(String(place.next - 1))
      if (!goesOn) return
      // Rejects when the group is being divided anew; kafkajs must hear of it.
      await heartbeat()
    }
    if (place.next === Number(batch.highWatermark)) await handleEnd(place)
  }

  return {
    assign: (partitions) => {
      suspended = false
      places.clear()
      for (const partition of partitions) begin(partition)
    },
    suspend: () => {
      suspended = true
    },
    handleBatch: async (payload) => {
      const place = places.get(payload.batch.partition)
      // On its way to its place; this batch is read again from there.
      if (place?.next === undefined) return
      const beat = () => void payload.heartbeat().catch(() => {})
      const beating = setInterval(beat, deps.heartbeatMs)
      try {
        await handleSlices(place, payload)
      } finally {
        clearInterval(beating)
      }
    },
    places: () =>
      new Map(
        [...places.values()].flatMap(({ partition, next }) =>
          next === undefined ? [] : [[partition, next]],
        ),
      ),
    compare: async (partition, before, { low, high }) => {
      const place = places.get(partition)
      if (place?.next === undefined || suspended) return
      place.low = low
      // The log has lost what was read already, or retention what was not.
      const isElsewhere = before > high || before < low
      if (isElsewhere && place.next === before && !place.busy) begin(partition)
      else if (place.next >= high) await handleEnd(place)
    },
    standsStillSince: (time) =>
      [...places.values()].some(({ busy, movedAt }) => !busy && movedAt < time),
    settled: async () => {
      await Promise.all(turns.values())
    },
  }
}

function* slicesOf(batch: KafkaBatch): Generator<LogRecord[]> {
  for (let i = 0; i < batch.messages.length; i += sliceSize)
    yield batch.messages.slice(i, i + sliceSize).map(({ offset, value }) => ({
      offset: Number(offset),
      value: value ?? new Uint8Array(0),
    }))
}

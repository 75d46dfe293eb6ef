import type { ConsumeOptions, LogRecord } from '@sleepwell/click-log/click-log'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import { isUnavailable } from '@sleepwell/runtime/unavailable'
import type { ClickBatch } from './click-batch.ts'
import type { Partition } from './offset-table.ts'
import { createPrepare, type PreparedBatch } from './prepare-batch.ts'
import { deadRecord } from './read-record.ts'
import { isRefusal } from './refusal.ts'
import type { Part, Stored } from './store-parts.ts'

export interface ConsumeDeps {
  /** Of all consumers that keep their offsets where this one does. */
  readonly group: () => Promise<string>
  /** The log's name for ever. */
  readonly cluster: () => Promise<string>
  readonly topic: string
  readonly findOffset: (of: Partition) => Promise<number | null>
  readonly makeDays: (days: readonly string[]) => Promise<void>
  readonly storePart: (part: Part) => Promise<Stored | 'fenced'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly retentionMs: number
  readonly uniqueWithinMs: number
  readonly stored: (batch: ClickBatch, stored: Stored, now: number) => void
  readonly gap: (kind: 'gap' | 'beyond_end') => void
  /** A batch was stored, or the end of the partition was reached. */
  readonly moved: (partition: number) => void
  readonly assigned: (partitions: readonly number[]) => void
  readonly log: Logger
}

const smallestSlice = 500
const largestSlice = 32_000
/** One that takes longer than this, with the wait for its turn, does not become larger. */
const quickMs = 2_000

/** By the database, for its content. */
type Refused = 'nothing' | 'something' | 'all'

interface Place {
  /** The stored offset, as this consumer last read or wrote it. */
  readonly expected: number | null
  /** The offset to read next; differs only when the stored one is not on the log. */
  readonly readNext: number
}

/** Counts what a click log delivers. Whatever it delivers again is found by offset or by the click's id. */
export function consumeClicks(deps: ConsumeDeps): ConsumeOptions {
  const places = new Map<number, Place>()
  const days = new Set<string>()
  const prepare = createPrepare()
  /** Records of one batch: as many as the database stores quickly. */
  let most = smallestSlice

  async function startAt(
    partition: number,
    end: () => Promise<number>,
  ): Promise<number | 'earliest'> {
    const expected = await deps.findOffset(await of(partition))
    const lost = expected !== null && expected > (await end())
    if (lost) {
      deps.gap('beyond_end')
      deps.log.error({ partition, expected }, 'the click log has lost records; reading all it has')
    }
    const readNext = lost || expected === null ? 0 : expected
    places.set(partition, { expected, readNext })
    return readNext === 0 ? 'earliest' : readNext
  }

  async function handle(partition: number, records: readonly LogRecord[]): Promise<number> {
    const place = places.get(partition) ?? { expected: null, readNext: 0 }
    const [first] = records
    const after = first === undefined ? place : await store(partition, place.expected, records)
    if (after === 'fenced') return await seek(partition)
    // What was before this consumer's first record is nobody's loss.
    const missing = place.readNext === 0 || first === undefined ? 0 : first.offset - place.readNext
    if (missing > 0) {
      deps.gap('gap')
      deps.log.error({ partition, missing }, 'the click log has a gap')
    }
    places.set(partition, after)
    deps.moved(partition)
    return after.readNext
  }

  /** Another consumer was faster: go on from where it is. */
  async function seek(partition: number): Promise<number> {
    const expected = await deps.findOffset(await of(partition))
    const readNext = expected ?? 0
    places.set(partition, { expected, readNext })
    deps.log.warn({ partition, readNext }, 'another consumer has read this partition')
    return readNext
  }

  /**
   * In several transactions if the database takes too long for one. What it refuses for its content is set aside: found
   * by halving, so that all the rest is counted.
   */
  async function store(
    partition: number,
    expected: number | null,
    records: readonly LogRecord[],
    refused: Refused = 'nothing',
  ): Promise<Place | 'fenced'> {
    if (records.length > most) return await storeInTwo(partition, expected, records, most, refused)
    const startedAt = performance.now()
    try {
      const after = await storeOnce(partition, expected, records, refused)
      // A small one says nothing of a larger one.
      const isQuick = records.length > most / 2 && performance.now() - startedAt < quickMs
      if (isQuick) most = Math.min(most * 2, largestSlice)
      return after
    } catch (error) {
      // Those that failed together halve it once.
      if (isUnavailable(error)) most = Math.max(smallestSlice, Math.min(most, records.length >> 1))
      if (!isRefusal(error) || refused === 'all') throw error
      deps.log.error({ partition, ...errorFields(error) }, 'records refused by the database')
      days.clear()
      if (records.length === 1) return await store(partition, expected, records, 'all')
      return await storeInTwo(partition, expected, records, records.length >> 1, 'something')
    }
  }

  async function storeInTwo(
    partition: number,
    expected: number | null,
    records: readonly LogRecord[],
    size: number,
    refused: Refused,
  ): Promise<Place | 'fenced'> {
    const first = await store(partition, expected, records.slice(0, size), refused)
    return first === 'fenced'
      ? first
      : await store(partition, first.expected, records.slice(size), refused)
  }

  async function storeOnce(
    partition: number,
    expected: number | null,
    records: readonly LogRecord[],
    refused: Refused,
  ): Promise<Place | 'fenced'> {
    const now = deps.now()
    const prepared =
      refused === 'all'
        ? setAside(records)
        : await prepare(records, {
            now,
            retentionMs: deps.retentionMs,
            uniqueWithinMs: deps.uniqueWithinMs,
          })
    await makeRoom(prepared.batch)
    const next = (records.at(-1)?.offset ?? 0) + 1
    const step = { ...(await of(partition)), expected, next }
    const stored = await deps.storePart({ ...prepared, step, alone: refused !== 'nothing' })
    if (stored === 'fenced') return 'fenced'
    deps.stored(prepared.batch, stored, deps.now())
    return { expected: next, readNext: next }
  }

  /** Before the transaction: making a table inside it would hold locks that all others need. */
  async function makeRoom(batch: ClickBatch): Promise<void> {
    const wanted = new Set(batch.clicks.map(({ at }) => at.toISOString().slice(0, 10)))
    const missing = [...wanted].filter((day) => !days.has(day))
    if (missing.length === 0) return
    await deps.makeDays(missing)
    for (const day of missing) days.add(day)
  }

  const of = async (partition: number): Promise<Partition> => ({
    cluster: await deps.cluster(),
    topic: deps.topic,
    partition,
  })

  return { group: deps.group, startAt, handle, assigned: deps.assigned }
}

function setAside(records: readonly LogRecord[]): PreparedBatch {
  const deadLetters = records.map((record) => ({
    ...record,
    ...deadRecord('refused', record.value),
  }))
  return {
    batch: { clicks: [], apart: [], dropped: [], heartbeats: [], deadLetters },
    columns: [],
  }
}

// One consumer of the click log, made anew whenever kafkajs has given up or stands still.
import { setTimeout as sleep } from 'node:timers/promises'
import { createFailureStreak } from '@sleepwell/runtime/failure-streak'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import type { Bounds, ConsumeOptions } from './click-log.ts'
import { withDeadline } from './deadline.ts'
import { createAssignment, type Assignment } from './kafka-assignment.ts'
import type { KafkaConsumer } from './kafka-client.ts'
import { jittered, pause } from './pause.ts'

export interface ConsumerEvents {
  readonly joined: (partitions: readonly number[]) => void
  /** It asks to be let into the group (again). */
  readonly joining: () => void
  readonly ended: (reason: unknown) => void
}

export interface ConsumerDeps {
  readonly topic: string
  readonly options: ConsumeOptions
  readonly log: Logger
  readonly create: (group: string, events: ConsumerEvents) => KafkaConsumer
  readonly bounds: () => Promise<ReadonlyMap<number, Bounds>>
  readonly heartbeatMs: number
  /** How often it is looked where the log ends. */
  readonly lookMs: number
  /** A consumer that does not move for so long is made anew. */
  readonly stillMs: number
}

const comeBackMs = 500
const leaveMs = 5_000
/** As many as the topic has unless told otherwise: what is read at once can be counted in one transaction. */
const partitionsConsumedConcurrently = 6
const longestPauseMs = 60_000
const usualGroup = 'sleepwell'

export function startConsumer(deps: ConsumerDeps): AsyncDisposable {
  const stopping = new AbortController()
  const running = keepConsuming(deps, stopping.signal)
  return {
    [Symbol.asyncDispose]: () => {
      stopping.abort()
      return running
    },
  }
}

async function keepConsuming(deps: ConsumerDeps, stopping: AbortSignal): Promise<void> {
  let assigned: string | undefined
  const outage = createFailureStreak((error) =>
    deps.log.warn(errorFields(error), 'lost the click log'),
  )
  const joined = (partitions: readonly number[]) => {
    if (outage.worked()) deps.log.info('reading the click log again')
    if (partitions.join() !== assigned) deps.options.assigned?.(partitions)
    assigned = partitions.join()
  }
  while (!stopping.aborted) {
    try {
      await consumeOnce(deps, joined, stopping)
    } catch (error) {
      outage.failed(error)
      await pause(jittered(comeBackMs), stopping)
    }
  }
}

/** Returns when stopped, throws when this consumer is of no more use; either way it handles nothing any more. */
async function consumeOnce(
  deps: ConsumerDeps,
  joined: ConsumerEvents['joined'],
  stopping: AbortSignal,
): Promise<void> {
  const { topic, options, log, heartbeatMs } = deps
  const group = (await options.group?.()) ?? usualGroup
  const ended = new AbortController()
  const gone = new AbortController()
  const over = AbortSignal.any([stopping, ended.signal])
  const of = (partitions: readonly number[]) => [{ topic, partitions: [...partitions] }]
  const assignment: Assignment = createAssignment({
    options,
    log,
    heartbeatMs,
    over,
    bounds: async (partition) => boundsOf(partition, await deps.bounds()),
    pause: (partitions) => consumer.pause(of(partitions)),
    goTo: (partition, offset) => {
      consumer.seek({ topic, partition, offset: String(offset) })
      consumer.resume(of([partition]))
    },
  })
  let hasJoined = false
  const consumer = deps.create(group, {
    joined: (partitions) => {
      if (over.aborted) return
      hasJoined = true
      joined(partitions)
      assignment.assign(partitions)
    },
    joining: assignment.suspend,
    ended: (reason) => ended.abort(reason),
  })
  const started = start(consumer, topic, assignment, gone.signal).catch((error) =>
    ended.abort(error),
  )
  const bornAt = performance.now()
  try {
    while (!over.aborted) {
      await pause(deps.lookMs, over)
      await look(deps, consumer, assignment)
      const time = performance.now() - deps.stillMs
      if (hasJoined ? assignment.standsStillSince(time) : bornAt < time)
        ended.abort(new Error('the consumer stands still'))
    }
    if (!stopping.aborted) ended.signal.throwIfAborted()
  } finally {
    ended.abort()
    await assignment.settled()
    await withDeadline(leaveMs, 'leaving Kafka', consumer.disconnect()).catch(() => {})
    // One that is let into the group only now would begin to read, and one whose leaving failed goes on reading.
    gone.abort(new Error('this consumer was given up'))
    void started.then(() => disconnect(consumer))
  }
}

async function start(
  consumer: KafkaConsumer,
  topic: string,
  assignment: Assignment,
  gone: AbortSignal,
): Promise<void> {
  await consumer.connect()
  // Only for what it does by itself when an offset is not on the log; where to begin, it is told.
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently,
    eachBatch: (payload) => {
      gone.throwIfAborted()
      return assignment.handleBatch(payload)
    },
  })
}

/** Nobody waits for it: it must not keep the process alive. What it is given to handle it fails with, and so ends at last. */
async function disconnect(consumer: KafkaConsumer): Promise<void> {
  for (let pauseMs = comeBackMs; pauseMs <= longestPauseMs; pauseMs *= 2) {
    try {
      return await consumer.disconnect()
    } catch {
      await sleep(pauseMs, undefined, { ref: false })
    }
  }
}

/** Whoever has read up to the end is told so, which kafkajs does not tell. Kafka's own offsets are for people's eyes. */
async function look(
  { bounds, topic, log }: ConsumerDeps,
  consumer: KafkaConsumer,
  assignment: Assignment,
): Promise<void> {
  const before = assignment.places()
  if (before.size === 0) return
  try {
    const all = await bounds()
    await Promise.all(
      [...before].map(([partition, next]) =>
        assignment.compare(partition, next, boundsOf(partition, all)),
      ),
    )
    const offsets = [...before].map(([partition, next]) => ({
      topic,
      partition,
      offset: `${next}`,
    }))
    consumer.commitOffsets(offsets).catch(() => {})
  } catch (error) {
    log.debug(errorFields(error), 'the end of the click log is not known')
  }
}

function boundsOf(partition: number, all: ReadonlyMap<number, Bounds>): Bounds {
  const bounds = all.get(partition)
  if (bounds === undefined) throw new Error(`the click log has no partition ${partition}`)
  return bounds
}

/** What kafkajs queues requests in, one for each connection. */
interface QueueClass {
  readonly prototype: { scheduleCheckPendingRequests?: unknown }
}

interface Queue {
  readonly pending: readonly unknown[]
}

const guarded = new WeakSet<object>()

/**
 * For each connection kafkajs 2.2.4 arms a timer whose delay is negative, which Node makes 1 ms, for ever: 4 % of a core
 * while idle. A queue with nothing in it needs no timer; one with something in it gets a proper one.
 *
 * @throws when the method is not there: another version must be looked at before it is used
 */
export function guardTimers(queueClass: QueueClass): void {
  const { prototype } = queueClass
  if (guarded.has(prototype)) return
  const schedule = prototype.scheduleCheckPendingRequests
  if (typeof schedule !== 'function')
    throw new TypeError('this kafkajs has no scheduleCheckPendingRequests to guard')
  prototype.scheduleCheckPendingRequests = function scheduleIfPending(this: Queue) {
    if (this.pending.length > 0) schedule.call(this)
  }
  guarded.add(prototype)
}

/** What runs a consumer of kafkajs. */
interface RunnerClass {
  readonly prototype: { fetch?: unknown }
}

interface Runner {
  readonly running: boolean
}

const guarded = new WeakSet<object>()

/**
 * When the brokers change, kafkajs 2.2.4 ends its fetchers and makes new ones. If the consumer is stopped in between,
 * nobody ends the new ones, and a stopped consumer fetches nothing at once: they ask again and again without ever giving
 * the event loop a turn, and the process hangs for good. A stopped consumer has to refuse instead, which ends them.
 *
 * @throws when the method is not there: another version must be looked at before it is used
 */
export function guardFetches(runnerClass: RunnerClass): void {
  const { prototype } = runnerClass
  if (guarded.has(prototype)) return
  const fetch = prototype.fetch
  if (typeof fetch !== 'function') throw new TypeError('this kafkajs has no fetch to guard')
  prototype.fetch = async function fetchWhileRunning(this: Runner, nodeId: unknown) {
    if (!this.running) throw new Error('this consumer was stopped')
    return (await fetch.call(this, nodeId)) as unknown
  }
  guarded.add(prototype)
}

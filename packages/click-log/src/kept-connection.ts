import type { Connected } from './kafka-client.ts'
import { withDeadline } from './deadline.ts'

export interface KeptConnection<Client> extends AsyncDisposable {
  /** Asks the connected client, within the deadline. */
  readonly use: <T>(what: string, ask: (client: Client) => Promise<T>) => Promise<T>
}

interface Connection<Client> {
  readonly client: Client
  readonly connected: Promise<void>
}

/** For leaving: a broker that hangs does not say goodbye. */
const leaveMs = 2_000

/** After a failure nobody knows what state a client is in: the next use begins with a new one. */
export function keepConnection<Client extends Connected>(
  create: () => Client,
  deadlineMs: number,
): KeptConnection<Client> {
  let current: Connection<Client> | undefined
  const leaving = new Set<Promise<void>>()

  // Not before it has connected, or it would still do so afterwards.
  function leave({ client, connected }: Connection<Client>): void {
    const gone = connected.catch(() => {}).then(() => client.disconnect())
    const left = withDeadline(leaveMs, 'leaving Kafka', gone).catch(() => {})
    leaving.add(left)
    void left.then(() => leaving.delete(left))
  }

  return {
    use: async (what, ask) => {
      if (current === undefined) {
        const client = create()
        current = { client, connected: client.connect() }
      }
      const used = current
      try {
        const answered = used.connected.then(() => ask(used.client))
        return await withDeadline(deadlineMs, what, answered)
      } catch (error) {
        if (current === used) current = undefined
        leave(used)
        throw error
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (current !== undefined) leave(current)
      current = undefined
      await Promise.all(leaving)
    },
  }
}

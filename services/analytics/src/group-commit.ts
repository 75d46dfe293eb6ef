// One transaction at a time; what arrives while it is under way goes together in the next. Apart they would wait for each
// other's sums and visitors, and write the sums of a link that they share once each.
import { isRefusal } from './refusal.ts'
import type { Part, Stored } from './store-parts.ts'

/** In one transaction, unless a single batch has more. */
const mostRecords = 60_000

interface Waiting {
  readonly part: Part
  readonly done: (stored: Stored | 'fenced') => void
  readonly failed: (error: unknown) => void
}

/** @returns to be called for several partitions at once, but for each only after its last one is stored */
export function createGroupCommit(
  storeParts: (parts: readonly Part[]) => Promise<Stored[] | 'fenced'>,
): (part: Part) => Promise<Stored | 'fenced'> {
  let waiting: Waiting[] = []
  let busy = false

  async function work(): Promise<void> {
    if (busy) return
    busy = true
    while (waiting.length > 0) {
      const group = firstOf(waiting)
      waiting = waiting.slice(group.length)
      await storeGroup(group)
    }
    busy = false
  }

  async function storeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const outcome = await storeParts(group.map(({ part }) => part))
      if (outcome === 'fenced' && group.length > 1) return await storeEach(group)
      const stored = outcome === 'fenced' ? [] : outcome
      group.forEach(({ done }, i) => done(stored[i] ?? 'fenced'))
    } catch (error) {
      if (isRefusal(error) && group.length > 1) return await storeEach(group)
      for (const { failed } of group) failed(error)
    }
  }

  /** What concerns one of them is no matter of the others. */
  async function storeEach(group: readonly Waiting[]): Promise<void> {
    for (const one of group) await storeGroup([one])
  }

  return (part) =>
    new Promise((done, failed) => {
      waiting.push({ part, done, failed })
      void work()
    })
}

function firstOf(waiting: readonly Waiting[]): Waiting[] {
  let records = 0
  const end = waiting.findIndex(({ part }, i) => {
    records += recordsOf(part)
    return i > 0 && (records > mostRecords || part.alone || waiting[0]?.part.alone)
  })
  return waiting.slice(0, end === -1 ? undefined : end)
}

function recordsOf({ batch }: Part): number {
  const { clicks, apart, dropped, heartbeats, deadLetters } = batch
  return clicks.length + apart.length + dropped.length + heartbeats.length + deadLetters.length
}

// Visits of one server, past HAProxy, so that there is something to judge where visitors are few.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Inventory, Server } from './inventory.ts'

export interface Floor {
  readonly made: () => number
  /** Answered otherwise than it has to be, or not at all. */
  readonly wrong: () => number
  /** Resolves when the last one is answered. */
  readonly stop: () => Promise<void>
}

const patienceMs = 5_000

export type VisitFloor = (server: Server) => Promise<boolean>

export function createVisit({ path, status, location, keyFile }: NonNullable<Inventory['floor']>) {
  const headers: Record<string, string> = { 'User-Agent': 'sleepwell-release' }
  if (keyFile !== undefined)
    headers.Authorization = `Bearer ${readFileSync(keyFile, 'utf8').trim()}`
  const visit: VisitFloor = async ({ address }) => {
    try {
      const answer = await fetch(`http://${address}${path}`, {
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(patienceMs),
      })
      await answer.arrayBuffer()
      const leads = location === undefined || answer.headers.get('location') === location
      return answer.status === status && leads
    } catch {
      return false
    }
  }
  return visit
}

/** At a steady pace, until stopped. */
export function startFloor(visit: VisitFloor, server: Server, everyMs: number): Floor {
  const open = new Set<Promise<void>>()
  let [made, wrong, stopped] = [0, 0, false]
  const go = async () => {
    if (!(await visit(server))) wrong++
  }
  const run = async () => {
    while (!stopped) {
      made++
      const one = go()
      open.add(one)
      void one.then(() => open.delete(one))
      await sleep(everyMs)
    }
    await Promise.all(open)
  }
  const running = run()
  return {
    made: () => made,
    wrong: () => wrong,
    stop: async () => {
      stopped = true
      await running
    },
  }
}

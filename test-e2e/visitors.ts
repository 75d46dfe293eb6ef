import { setTimeout as sleep } from 'node:timers/promises'
import type { Link } from '@sleepwell/contracts/link'
import { follow } from './api.ts'
import type { System } from './system.ts'

/** Follows a link over and over until told to stop; remembers every answer that a visitor got. */
export function visitors(shortLink: string) {
  const answered: string[] = []
  let others = 0
  let stopped = false
  const visitor = async () => {
    while (!stopped) {
      const followed = await follow(shortLink).catch(() => undefined)
      if (followed?.status === 302 && followed.requestId !== null) answered.push(followed.requestId)
      else {
        others += 1
        await sleep(20)
      }
    }
  }
  const all = Promise.all(Array.from({ length: 8 }, visitor))
  return {
    answered,
    others: () => others,
    stop: async () => {
      stopped = true
      await all
    },
  }
}

/** Click ids behind the reports, and how often each was stored. */
export async function storedClicks(system: System, link: Link): Promise<Map<string, number>> {
  const rows = await system.query<{ id: string; times: string }>(
    'analytics',
    'select id, count(*) as times from clicks where link_id = $1 group by id',
    [link.id],
  )
  return new Map(rows.map(({ id, times }) => [id, Number(times)]))
}

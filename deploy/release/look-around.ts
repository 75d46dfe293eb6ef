// Before anything is touched: everything has to be as a release finds it, or nothing could be compared, nor undone.
import type { Weights } from './balancers.ts'
import type { Place } from './place.ts'
import { instances } from './prometheus.ts'
import { releaseOn } from './start-release.ts'

export interface Found {
  /** Which release runs on all servers. */
  readonly previous: string
  readonly weights: Weights
}

/** @throws {Error} with what a person has to mend first */
export async function lookAround(place: Place, release: string): Promise<Found> {
  const { balancers, inventory, prometheus } = place
  const { servers } = inventory
  const running = await Promise.all(servers.map(async (server) => await releaseOn(place, server)))
  const [previous = '', ...others] = new Set(running)
  if (others.length > 0)
    throw new Error(
      `servers run different releases: ${servers.map(({ name }, i) => `${name} ${running[i]}`).join(', ')}`,
    )
  if (previous === '') throw new Error('the command "running" says nothing')
  if (previous === release) throw new Error(`${release} runs already`)
  const weights = await balancers.weights()
  const weightless = [...weights].find(([, weight]) => weight === 0)
  if (weightless !== undefined) throw new Error(`${weightless[0]} has weight 0 in HAProxy`)
  const troubles = await balancers.troubles(weights)
  if (troubles.length > 0) throw new Error(troubles.join('; '))
  const query = `count(process_start_time_seconds{${instances(servers.map(({ instance }) => instance))}})`
  const seen = (await prometheus.ask(query)) ?? 0
  if (seen !== servers.length)
    throw new Error(`Prometheus sees ${seen} of ${servers.length} servers`)
  return { previous, weights }
}

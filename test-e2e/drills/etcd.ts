// Three members that agree on who leads.
import { freePort } from '@sleepwell/deploy-local/ports'
import { isReady } from '@sleepwell/deploy-local/services'
import { until } from '../api.ts'
import type { RunDirectory } from './run-directory.ts'

const size = 3

/** Resolves to their addresses once they answer. */
export async function startEtcd(run: RunDirectory, host: string): Promise<readonly string[]> {
  const members = await Promise.all(
    Array.from({ length: size }, async (_, i) => ({
      name: `etcd-${i + 1}`,
      peers: `http://${host}:${await freePort()}`,
      client: `${host}:${await freePort()}`,
    })),
  )
  const initialCluster = members.map(({ name, peers }) => `${name}=${peers}`).join(',')
  for (const { name, peers, client } of members)
    run.open(name).start({
      file: 'etcd',
      words: [
        ['--name', name],
        ['--data-dir', 'data'],
        ['--listen-peer-urls', peers],
        ['--initial-advertise-peer-urls', peers],
        ['--listen-client-urls', `http://${client}`],
        ['--advertise-client-urls', `http://${client}`],
        ['--initial-cluster', initialCluster],
        ['--initial-cluster-state', 'new'],
        ['--heartbeat-interval', '100'],
        ['--election-timeout', '1000'],
        // Patroni 3.0 writes the leader's key without comparing it over the other API: see patroni-config.ts.
        ['--enable-v2', 'true'],
      ].map((pair) => pair.join('=')),
    })
  const answered = () =>
    Promise.all(members.map(({ client }) => isReady(`http://${client}/health`)))
  await until(answered, (ready) => !ready.includes(false))
  return members.map(({ client }) => client)
}

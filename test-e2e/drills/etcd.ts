// Three members that agree on who leads.
import { isReady } from '@sleepwell/deploy-local/services'
import type { RunDirectory } from './run-directory.ts'
import { waitFor } from './wait-for.ts'

const size = 3

/** Ports that it takes. */
export const etcdPorts = 2 * size

/** Resolves to their addresses once they answer. @param port first of a row */
export async function startEtcd(
  run: RunDirectory,
  host: string,
  port: number,
): Promise<readonly string[]> {
  const members = Array.from({ length: size }, (_, i) => ({
    name: `etcd-${i + 1}`,
    peers: `http://${host}:${port + 2 * i}`,
    client: `${host}:${port + 2 * i + 1}`,
  }))
  const initialCluster = members.map(({ name, peers }) => `${name}=${peers}`).join(',')
  const machines = members.map(({ name, peers, client }) => {
    const machine = run.open(name)
    machine.start({
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
        // The API that Patroni uses: see patroni-config.ts.
        ['--enable-v2', 'true'],
      ].map((pair) => pair.join('=')),
    })
    return machine
  })
  const haveAnswered = async () => {
    const asked = members.map(({ client }) => isReady(`http://${client}/health`))
    return !(await Promise.all(asked)).includes(false)
  }
  await waitFor('etcd', haveAnswered, () => machines.map((one) => one.lastWords()).join('\n'))
  return members.map(({ client }) => client)
}

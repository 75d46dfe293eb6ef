// HAProxy in a region, as deploy/haproxy has it: leads to the primary of the links, wherever that is.
import { fileURLToPath } from 'node:url'
import { inside, type Place } from '../node-network.ts'
import type { RunDirectory } from '../run-directory.ts'
import type { Endpoint } from './links-server.ts'

const config = fileURLToPath(new URL('../../../deploy/haproxy/links-primary.cfg', import.meta.url))
/** As the configuration has it: HAProxy asks as this one, which may do nothing, whether a server is in recovery. */
export const healthRole = 'health'

/** @param port on the region's own 127.0.0.1 */
export function startLinksFront(
  run: RunDirectory,
  name: string,
  { enter }: Place,
  port: number,
  servers: readonly Endpoint[],
): void {
  const places = servers.map((server, i) => [`LINKS_${i + 1}`, `${server.host}:${server.port}`])
  const env = { BIND: `127.0.0.1:${port}`, ...Object.fromEntries(places) }
  run.open(name).start(inside(enter, { file: 'haproxy', words: ['-db', '-f', config], env }))
}

// HAProxy before the nodes: one address leads to whoever is the primary, one to the replicas in turn.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { host } from '@sleepwell/deploy-local/ports'
import type { RunDirectory } from './run-directory.ts'

export interface Backend {
  readonly name: string
  readonly host: string
  readonly ports: { readonly postgres: number; readonly rest: number }
}

export interface PostgresFront {
  readonly primaryPort: number
  readonly replicasPort: number
}

/** @param primaryPort the next one is that of the replicas */
export function startPostgresFront(
  run: RunDirectory,
  backends: readonly Backend[],
  primaryPort: number,
): PostgresFront {
  const replicasPort = primaryPort + 1
  const machine = run.open('haproxy')
  const servers = backends.map(
    ({ name, host, ports }) =>
      `  server ${name} ${host}:${ports.postgres} check port ${ports.rest}`,
  )
  const config = [
    defaults,
    ...listen('primary', primaryPort, servers),
    ...listen('replica', replicasPort, servers),
    '',
  ]
  const file = join(machine.directory, 'haproxy.cfg')
  writeFileSync(file, config.join('\n'))
  machine.start({ file: 'haproxy', words: ['-db', '-f', file] })
  return { primaryPort, replicasPort }
}

/** A connection to a server that is no longer what it was is cut: whoever has it would wait for ever. */
const defaults = `defaults
  mode tcp
  timeout client 1h
  timeout server 1h
  timeout connect 1s
  timeout check 900ms
  retries 2
  balance roundrobin
  default-server inter 500ms fastinter 200ms downinter 300ms fall 2 rise 1 on-marked-down shutdown-sessions`

function listen(role: 'primary' | 'replica', port: number, servers: readonly string[]): string[] {
  return [
    `listen ${role}`,
    `  bind ${host}:${port}`,
    `  option httpchk OPTIONS /${role}`,
    '  http-check expect status 200',
    ...servers,
  ]
}

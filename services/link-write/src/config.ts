import { hostOf } from '@sleepwell/contracts/destination'
import { delay, httpOrigin, list, port, postgresUrl, readEnv } from '@sleepwell/runtime/env'
import { z } from 'zod'

const hosts = list.refine(
  (names) => names.every((name) => hostOf(name) !== undefined),
  'must be host names, separated by commas',
)

const settings = {
  LINKS_URL: postgresUrl,
  /** PEM file of further certificate authorities that may vouch for a server. */
  CA_FILE: z.string().optional(),
  PUBLIC_URL: httpOrigin.default('http://localhost:8080'),
  /** Further hosts on which short links live. */
  DOMAINS: hosts.default([]),
  /** Address to bind; all of them if absent. */
  /** How long a process that was told to stop goes on serving, while others learn not to send anybody here. */
  DRAIN_DELAY_SECONDS: delay.default(5),
  HOST: z.string().optional(),
  PORT: port.default(8081),
  ADMIN_PORT: port.default(9081),
}

export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  return readEnv(settings, env)
}

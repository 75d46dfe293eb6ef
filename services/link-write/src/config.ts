import { DomainsSetting, mistakesIn } from '@sleepwell/contracts/domain-setting'
import {
  ConfigError,
  delay,
  duration,
  httpOrigin,
  port,
  postgresUrl,
  readEnv,
} from '@sleepwell/runtime/env'
import { z } from 'zod'

export const settings = {
  LINKS_URL: postgresUrl.describe('The links database: its primary, as the role of this service'),
  CA_FILE: z
    .string()
    .optional()
    .describe(
      'PEM file of further authorities that may vouch for an engine (`sslmode=verify-full`, `rediss://`, `kafkas://`)',
    ),
  PUBLIC_URL: httpOrigin.default('http://localhost:8080').describe('Origin of the default domain'),
  DOMAINS: DomainsSetting.default([]).describe(
    'Further hosts with links of their own, separated by commas; or JSON, an object of hosts, each with where it leads of itself: `{"go.example":{"home":"…","notFound":"…","expired":"…"}}`',
  ),
  AUDIT_RETENTION_DAYS: duration
    .max(3650)
    .default(400)
    .describe('How long the history of links and the audit log are kept'),
  RATE_LIMIT_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(30_000)
    .describe('How many requests are taken of a key that has no number of its own'),
  BLOCKLIST_FILE: z
    .string()
    .optional()
    .describe(
      'Hosts and prefixes to which no link may lead ([how it is written](blocklist.md)); read anew when it changes',
    ),
  BLOCKLIST_MAX_ENTRIES: z.coerce
    .number()
    .int()
    .min(1)
    .max(20_000_000)
    .default(2_000_000)
    .describe('A blocklist with more entries is refused'),
  DRAIN_DELAY_SECONDS: delay
    .default(5)
    .describe(
      'After SIGTERM: how long requests are served on while others learn not to come; longer than they need to notice',
    ),
  HOST: z.string().optional().describe('Address to listen on; all of them if not set'),
  PORT: port.default(8081).describe('Port to listen on'),
  ADMIN_PORT: port.default(9081).describe('Port of `/livez`, `/readyz` and `/metrics`'),
}

export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const config = readEnv(settings, env)
  const [mistake] = mistakesIn(config.DOMAINS, config.PUBLIC_URL)
  if (mistake !== undefined) throw new ConfigError(`DOMAINS: ${mistake}`)
  return config
}

import { clickLogUrl } from '@sleepwell/click-log/open-click-log'
import { DomainsSetting, mistakesIn } from '@sleepwell/contracts/domain-setting'
import {
  ConfigError,
  delay,
  duration,
  httpOrigin,
  list,
  port,
  postgresUrl,
  postgresUrls,
  readEnv,
  redisUrl,
} from '@sleepwell/runtime/env'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'

const megabytes = z.coerce.number().int().min(1)

export const settings = {
  LINKS_URL: postgresUrl.describe('The links database: its primary, as the role of this service'),
  LINKS_REPLICA_URLS: postgresUrls
    .default([])
    .describe(
      'Replicas of the links database, separated by commas, nearest first: asked before the primary',
    ),
  REDIS_URL: redisUrl.optional().describe('A Redis in front of the databases'),
  REDIS_PREFIX: z.string().default('sleepwell:').describe('Put before each of our keys in Redis'),
  CA_FILE: z
    .string()
    .optional()
    .describe(
      'PEM file of further authorities that may vouch for an engine (`sslmode=verify-full`, `rediss://`, `kafkas://`)',
    ),
  CLICK_LOG_URL: clickLogUrl.describe(
    'Where clicks travel: `postgres://…`, `kafka://b1,b2`, `kafkas://user:pw@b1,b2`',
  ),
  SPOOL_DIR: z
    .string()
    .describe('Where clicks wait until the click log has them; one process, one directory'),
  SPOOL_MAX_MB: megabytes.default(2048).describe('How many of them may wait'),
  CLICK_DURABILITY: z
    .enum(['process', 'strict'])
    .default('process')
    .describe(
      '`process` survives kill -9; `strict` a power cut too, and waits up to 200 ms for it',
    ),
  VISITOR_KEY: z
    .string()
    .min(32)
    .describe('Secret, at least 32 characters, by which visitors are told apart'),
  PUBLIC_URL: httpOrigin.default('http://localhost:8080').describe('Origin of the default domain'),
  DOMAINS: DomainsSetting.default([]).describe(
    'Further hosts with links of their own, separated by commas; or JSON, an object of hosts, each with where it leads of itself: `{"go.example":{"home":"…","notFound":"…","expired":"…"}}`',
  ),
  TRUSTED_PROXIES: list
    .refine((cidrs) => cidrs.every(ipaddr.isValidCIDR), 'must be CIDRs such as 10.0.0.0/8')
    .default([])
    .describe('CIDRs of the proxies whose `X-Forwarded-For` is believed, separated by commas'),
  GEOIP_DB: z
    .string()
    .optional()
    .describe('A MaxMind country database (`.mmdb`); without one every country is `unknown`'),
  CACHE_MAX_MB: megabytes.default(128).describe('Memory for links'),
  LINKS_TIMEOUT_MS: duration
    .default(100)
    .describe(
      'Deadline of a read at the primary, and of a claim; a primary in another region needs its round trip on top',
    ),
  REPLICA_TIMEOUT_MS: duration.default(50).describe('Deadline of a read at a replica'),
  REDIS_TIMEOUT_MS: duration.default(25).describe('Deadline of a read in Redis'),
  STALE_LIMIT_HOURS: duration
    .default(24)
    .describe(
      'How long memory, the snapshot and Redis serve while no database answers, restarts included',
    ),
  SNAPSHOT_LINKS: z.coerce
    .number()
    .int()
    .min(0)
    .default(100_000)
    .describe(
      'How many of the hottest links are on disk (in `SPOOL_DIR`) for a restart with everything down; 0: none',
    ),
  SNAPSHOT_SECONDS: duration.default(60).describe('How often they are written'),
  DRAIN_DELAY_SECONDS: delay
    .default(5)
    .describe(
      'After SIGTERM: how long requests are served on while others learn not to come; longer than they need to notice',
    ),
  DRAIN_LIMIT_SECONDS: duration
    .default(10)
    .describe(
      'How long a stopping process ships its spool; what is left is shipped by its next life',
    ),
  MAX_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(10)
    .default(10_000)
    .describe(
      'Open at once; beyond them idle ones are closed and new ones refused; keep it below `ulimit -n`',
    ),
  LISTEN_BACKLOG: z.coerce
    .number()
    .int()
    .min(1)
    .default(511)
    .describe(
      'Connections that wait in the kernel: as many as are taken in 50 ms, and no more than `net.core.somaxconn`',
    ),
  SHEDDING: z
    .enum(['on', 'off'])
    .default('on')
    .describe('`off` answers everybody under overload, however late'),
  HOST: z.string().optional().describe('Address to listen on; all of them if not set'),
  PORT: port.default(8080).describe('Port to listen on'),
  ADMIN_PORT: port.default(9080).describe('Port of `/livez`, `/readyz` and `/metrics`'),
}

export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const config = readEnv(settings, env)
  const [mistake] = mistakesIn(config.DOMAINS, config.PUBLIC_URL)
  if (mistake !== undefined) throw new ConfigError(`DOMAINS: ${mistake}`)
  return config
}

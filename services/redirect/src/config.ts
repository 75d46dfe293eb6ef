import { clickLogUrl } from '@sleepwell/click-log/open-click-log'
import { hostOf } from '@sleepwell/contracts/destination'
import {
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

const settings = {
  /** The primary of the links database. */
  LINKS_URL: postgresUrl,
  /** Its replicas, nearest first: asked before the primary. */
  LINKS_REPLICA_URLS: postgresUrls.default([]),
  /** A Redis in front of them. */
  REDIS_URL: redisUrl.optional(),
  /** Put before each key in Redis. */
  REDIS_PREFIX: z.string().default('sleepwell:'),
  /** PEM file of further certificate authorities that may vouch for a server. */
  CA_FILE: z.string().optional(),
  /** Where clicks go. */
  CLICK_LOG_URL: clickLogUrl,
  /** Clicks wait here until the click log has them; one process, one directory. */
  SPOOL_DIR: z.string(),
  SPOOL_MAX_MB: megabytes.default(2048),
  /** `strict` answers a visitor only when the click survives a power cut, not just a kill -9. */
  CLICK_DURABILITY: z.enum(['process', 'strict']).default('process'),
  /** With the salt of the day, keys the ids by which visitors are told apart. */
  VISITOR_KEY: z.string().min(32),
  /** Origin of the default domain. */
  PUBLIC_URL: httpOrigin.default('http://localhost:8080'),
  /** Further hosts with links of their own. */
  DOMAINS: list
    .refine((names) => names.every((name) => hostOf(name) !== undefined), 'must be host names')
    .default([]),
  /** CIDRs of the proxies whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: list
    .refine((cidrs) => cidrs.every(ipaddr.isValidCIDR), 'must be CIDRs such as 10.0.0.0/8')
    .default([]),
  /** A MaxMind database (.mmdb) with countries; without one every country is `unknown`. */
  GEOIP_DB: z.string().optional(),
  CACHE_MAX_MB: megabytes.default(128),
  /** Deadlines of one read of a link. A primary in another region needs its round trip on top. */
  LINKS_TIMEOUT_MS: duration.default(100),
  REPLICA_TIMEOUT_MS: duration.default(50),
  REDIS_TIMEOUT_MS: duration.default(25),
  /** How long links are served from memory while no links database answers, restarts included. */
  STALE_LIMIT_HOURS: duration.default(24),
  /** How many of the hottest links are kept on disk, in SPOOL_DIR, for a restart with everything down; 0: none. */
  SNAPSHOT_LINKS: z.coerce.number().int().min(0).default(100_000),
  /** How often they are written. */
  SNAPSHOT_SECONDS: duration.default(60),
  /** How long a process that was told to stop goes on serving, while others learn not to send anybody here. */
  DRAIN_DELAY_SECONDS: delay.default(5),
  /** How long a stopping process tries to ship its spool; what is left is shipped by its next life. */
  DRAIN_LIMIT_SECONDS: duration.default(10),
  /** Beyond these, idle ones are closed, and new ones refused; below the limit of open files. */
  MAX_CONNECTIONS: z.coerce.number().int().min(10).default(10_000),
  /** Connections that may wait in the kernel: as many as are taken in the time that visitors wait. */
  LISTEN_BACKLOG: z.coerce.number().int().min(1).default(511),
  /** `off` answers everybody, however late. */
  SHEDDING: z.enum(['on', 'off']).default('on'),
  HOST: z.string().optional(),
  PORT: port.default(8080),
  ADMIN_PORT: port.default(9080),
}

export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  return readEnv(settings, env)
}

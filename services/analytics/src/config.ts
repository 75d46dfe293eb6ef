import { clickLogUrl } from '@sleepwell/click-log/open-click-log'
import { clicksTopicRetentionDays } from '@sleepwell/contracts/click'
import { port, postgresUrl, postgresUrls, readEnv } from '@sleepwell/runtime/env'
import { z } from 'zod'

// Less, and a click that a log delivers again could be counted again: its first copy would be gone.
const shortestRetention = clicksTopicRetentionDays + 2

const settings = {
  ANALYTICS_URL: postgresUrl,
  /** The primary of the links database, and its replicas, nearest first. */
  LINKS_URL: postgresUrl,
  LINKS_REPLICA_URLS: postgresUrls.default([]),
  /** PEM file of further certificate authorities that may vouch for a server. */
  CA_FILE: z.string().optional(),
  /** The log to read; if absent, the one in the analytics database. */
  CLICK_LOG_URL: clickLogUrl.optional(),
  /** Days that raw clicks are kept, in which a duplicate is found. */
  CLICK_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(shortestRetention, `must be at least ${shortestRetention}, or clicks could count twice`)
    .max(3650)
    .default(30),
  /** Address to bind; all of them if absent. */
  HOST: z.string().optional(),
  PORT: port.default(8082),
  ADMIN_PORT: port.default(9082),
}

export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const config = readEnv(settings, env)
  return { ...config, CLICK_LOG_URL: config.CLICK_LOG_URL ?? config.ANALYTICS_URL }
}

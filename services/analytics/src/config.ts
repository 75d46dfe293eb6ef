import { clickLogUrl, clickLogUrls } from '@sleepwell/click-log/open-click-log'
import { clicksTopicRetentionDays } from '@sleepwell/contracts/click'
import { delay, port, postgresUrl, postgresUrls, readEnv } from '@sleepwell/runtime/env'
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
  /** Where redirect publishes. */
  CLICK_LOG_URL: clickLogUrl.optional(),
  /** Every log to drain; if absent, the one above and the one in the analytics database. */
  CLICK_LOG_URLS: clickLogUrls.optional(),
  /** Days that raw clicks are kept, in which a duplicate is found. */
  CLICK_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(shortestRetention, `must be at least ${shortestRetention}, or clicks could count twice`)
    .max(3650)
    .default(30),
  /** Address to bind; all of them if absent. */
  /** How long a process that was told to stop goes on serving, while others learn not to send anybody here. */
  DRAIN_DELAY_SECONDS: delay.default(5),
  HOST: z.string().optional(),
  PORT: port.default(8082),
  ADMIN_PORT: port.default(9082),
}

export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const { CLICK_LOG_URL, ...config } = readEnv(settings, env)
  // After a change of logs the old one still holds clicks, whichever of the two it was.
  const both = [config.ANALYTICS_URL, ...(CLICK_LOG_URL === undefined ? [] : [CLICK_LOG_URL])]
  return { ...config, CLICK_LOG_URLS: eachLogOnce(config.CLICK_LOG_URLS ?? both) }
}

/** Of URLs that name the same database, perhaps for different roles, the first. */
function eachLogOnce(urls: readonly string[]): string[] {
  const logs = new Map<string, string>()
  for (const url of urls) {
    const log = logOf(url)
    if (!logs.has(log)) logs.set(log, url)
  }
  return [...logs.values()]
}

function logOf(url: string): string {
  if (!postgresUrl.safeParse(url).success) return url
  const { hostname, port: number, pathname } = new URL(url)
  return `${hostname}:${number || 5432}${pathname}`
}

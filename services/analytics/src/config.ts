import { clickLogUrl, clickLogUrls } from '@sleepwell/click-log/open-click-log'
import { clicksTopicRetentionDays } from '@sleepwell/contracts/click'
import { delay, port, postgresUrl, postgresUrls, readEnv } from '@sleepwell/runtime/env'
import { z } from 'zod'

// Less, and a click that a log delivers again could be counted again: its first copy would be gone.
const shortestRetention = clicksTopicRetentionDays + 2

export const settings = {
  ANALYTICS_URL: postgresUrl.describe('The analytics database'),
  LINKS_URL: postgresUrl.describe('The links database: its primary, as the role of this service'),
  LINKS_REPLICA_URLS: postgresUrls
    .default([])
    .describe(
      'Replicas of the links database, separated by commas, nearest first: asked before the primary',
    ),
  CA_FILE: z
    .string()
    .optional()
    .describe(
      'PEM file of further authorities that may vouch for an engine (`sslmode=verify-full`, `rediss://`, `kafkas://`)',
    ),
  CLICK_LOG_URL: clickLogUrl
    .optional()
    .describe('Where clicks travel: `postgres://…`, `kafka://b1,b2`, `kafkas://user:pw@b1,b2`'),
  CLICK_LOG_URLS: clickLogUrls
    .optional()
    .describe(
      'Every log to drain, separated by commas; if not set `CLICK_LOG_URL` and the log in `ANALYTICS_URL`',
    ),
  CLICK_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(shortestRetention, `must be at least ${shortestRetention}, or clicks could count twice`)
    .max(3650)
    .default(30)
    .describe('How long raw clicks are kept, and a click can be recognised as a duplicate'),
  UNIQUE_WITHIN_HOURS: z.coerce
    .number()
    .int()
    .min(48)
    .max(3650 * 24)
    .default(48)
    .describe(
      'A click that comes to the reports later than this is counted and never unique; more only to bring in clicks of the past',
    ),
  DRAIN_DELAY_SECONDS: delay
    .default(5)
    .describe(
      'After SIGTERM: how long requests are served on while others learn not to come; longer than they need to notice',
    ),
  HOST: z.string().optional().describe('Address to listen on; all of them if not set'),
  PORT: port.default(8082).describe('Port to listen on'),
  ADMIN_PORT: port.default(9082).describe('Port of `/livez`, `/readyz` and `/metrics`'),
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

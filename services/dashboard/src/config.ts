import { delay, duration, httpOrigin, list, port, readEnv } from '@sleepwell/runtime/env'
import { z } from 'zod'
import { readAdminUrls } from './admin-urls.ts'

const leastKeyLength = 32
const day = 24

export const settings = {
  LINKS_API_URL: httpOrigin.default('http://localhost:8081').describe('Origin of link-write'),
  REPORTS_API_URL: httpOrigin.default('http://localhost:8082').describe('Origin of analytics'),
  DASHBOARD_URL: httpOrigin
    .optional()
    .describe(
      'Origin under which browsers reach the dashboard: with https its cookie never travels without; if not set, whatever Host they name',
    ),
  SESSION_KEY: list
    .refine(
      (keys) => keys.length > 0 && keys.every((key) => key.length >= leastKeyLength),
      `must be at least ${leastKeyLength} characters`,
    )
    .describe(
      'Secret, at least 32 characters, that seals the session cookie; further ones after a comma open what they sealed before',
    ),
  SESSION_HOURS: duration
    .max(90 * day)
    .default(7 * day)
    .describe('How long somebody stays signed in'),
  SIGN_IN_DIR: z
    .string()
    .optional()
    .describe('Where one-time sign-in links are kept; if not set there are none'),
  TRUSTED_PROXIES: list
    .default([])
    .describe('CIDRs of the proxies whose `X-Forwarded-For` is believed, separated by commas'),
  PROMETHEUS_URL: httpOrigin
    .optional()
    .describe('A Prometheus that watches the services, for the page of reliability'),
  ADMIN_URLS: z
    .string()
    .default('')
    .transform(readAdminUrls)
    .describe(
      'Where services tell how they are, for the same page where there is no Prometheus, or it does not answer: `redirect=http://…:9080,link-write=http://…:9081`; a host of several addresses stands for as many processes',
    ),
  DRILLS_DIR: z
    .string()
    .optional()
    .describe('Results of drills (`docs/drills`), for the same page'),
  RELEASES_DIR: z.string().optional().describe('Records of releases, for the same page'),
  DRAIN_DELAY_SECONDS: delay
    .default(5)
    .describe(
      'After SIGTERM: how long requests are served on while others learn not to come; longer than they need to notice',
    ),
  HOST: z.string().optional().describe('Address to listen on; all of them if not set'),
  PORT: port.default(8083).describe('Port to listen on'),
  ADMIN_PORT: port.default(9083).describe('Port of `/livez`, `/readyz` and `/metrics`'),
}

export type Config = ReturnType<typeof readConfig>

export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  return readEnv(settings, env)
}

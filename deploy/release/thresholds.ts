// What a release is judged by, as `npm run generate` has written it.
import { readFileSync } from 'node:fs'
import { millisecondsOf } from '@sleepwell/deploy-slo/duration'
import { z } from 'zod'

const Check = z
  .strictObject({
    name: z.string(),
    query: z.string(),
    early: z.string().optional(),
    least: z.number().optional(),
    most: z.number().optional(),
    // Here nothing is looked at after it.
    untilVerdict: z.literal(true).optional(),
  })
  .refine(({ least, most }) => least !== undefined || most !== undefined, 'has no bound')

const Thresholds = z.array(
  z.strictObject({
    service: z.string(),
    share: z.number().positive().max(1),
    watched: z.string(),
    look: z.string(),
    badLooks: z.int().positive(),
    checks: z.array(Check).min(1),
  }),
)

export type Check = z.infer<typeof Check>

export interface Thresholds {
  /** Of the traffic. */
  readonly share: number
  readonly watchedMs: number
  readonly lookMs: number
  readonly badLooks: number
  readonly checks: readonly Check[]
  /** Visits that the floor has to make while a release is watched. */
  readonly leastRequests: number
}

/** Matchers of PromQL, and a time. */
export interface Scope {
  readonly canary: string
  readonly stable: string
  readonly windowMs: number
}

const file = new URL('../canary/thresholds.json', import.meta.url)

/** @param timeScale by which durations are shortened, in drills */
export function readThresholds(service: string, timeScale: number): Thresholds {
  const all = Thresholds.parse(JSON.parse(readFileSync(file, 'utf8')))
  const own = all.find((one) => one.service === service)
  if (own === undefined) throw new Error(`${service} has no thresholds`)
  return {
    share: own.share,
    watchedMs: millisecondsOf(own.watched) / timeScale,
    lookMs: millisecondsOf(own.look) / timeScale,
    badLooks: own.badLooks,
    checks: own.checks,
    leastRequests: Math.max(0, ...own.checks.map(({ least = 0 }) => least)),
  }
}

export function queryIn(query: string, { canary, stable, windowMs }: Scope): string {
  return query
    .replaceAll('$CANARY', () => canary)
    .replaceAll('$STABLE', () => stable)
    .replaceAll('$WINDOW', `${Math.round(windowMs)}ms`)
}

// Visitors before, while and after something is away; and what is kept of it.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { full, type RedirectRun } from '@sleepwell/testing/fault-run'
import { follow, until } from '../api.ts'
import { destinationOf, type Ground } from './ground.ts'
import { seconds } from './recount.ts'
import type { ServiceProcess } from './service-process.ts'
import { turnedAway, type Tally, type Traffic } from './traffic.ts'

export interface Drill {
  readonly before: Tally
  readonly during: Tally
  readonly after: Tally
  /** From the end of the fault until everybody was answered rightly and in time; of those who came while measured. */
  readonly recoverySeconds: number
  /** How long the fault lasted. */
  readonly outageSeconds: number
}

export interface Blow {
  readonly strike: () => Promise<unknown> | void
  readonly heal: () => Promise<unknown> | void
  /** At the end of it, while it still lasts. */
  readonly meanwhile?: () => Promise<void>
  /** Others than visit the ground's links. */
  readonly traffic?: Traffic
}

/** A shorter outage at full length, for a run in between. */
const outageSeconds = Number(process.env.SLEEPWELL_OUTAGE_SECONDS ?? 30)
/** At the least: until it is noticed may be longer. */
export const outageMs = full ? outageSeconds * 1000 : 600
const aroundMs = full ? outageMs : 300

/** How many links are followed by others than the visitors while a fault lasts. */
export const reached = full ? 20 : 5

/** Fails if a visitor is led astray, or if a link cannot be reached while the fault lasts, or after it. */
export async function expectKept(
  ground: Ground,
  redirect: ServiceProcess,
  blow: Blow,
): Promise<Drill> {
  await using traffic = blow.traffic ?? ground.visit(redirect)
  const before = traffic.next()
  await sleep(aroundMs)
  const during = traffic.next()
  const struckAt = performance.now()
  await blow.strike()
  await sleep(outageMs)
  await expectReachable(redirect, ground.slugs.slice(-reached))
  await blow.meanwhile?.()
  await blow.heal()
  const healedAt = performance.now()
  const after = traffic.next()
  await sleep(aroundMs)
  await traffic.stop()
  const lastMs = Math.max(0, traffic.lastNotOkAt() - healedAt)
  await expectReachable(redirect, ground.slugs.slice(-2 * reached, -reached))
  for (const { asked, wrong } of [before, during, after]) {
    expect(asked).toBeGreaterThan(0)
    expect(wrong).toBe(0)
  }
  const outageSeconds = seconds(healedAt - struckAt)
  return { before, during, after, recoverySeconds: seconds(lastMs), outageSeconds }
}

/** Resolves when each link leads where it should. How soon depends on how busy the machine is; that it does, not. */
export async function expectReachable(
  redirect: ServiceProcess,
  slugs: readonly string[],
): Promise<void> {
  for (const slug of slugs) {
    const { status, location } = await until(
      () => follow(`${redirect.url}/${slug}`),
      (answer) => !turnedAway(answer.status),
    )
    expect([slug, status, location]).toEqual([slug, 302, destinationOf(slug)])
  }
}

/**
 * Only how those fare who come while it lasts, for a guard that is switched off: many are turned away. The process is
 * killed: it may wait for ever.
 */
export async function expectBite(ground: Ground, redirect: ServiceProcess): Promise<RedirectRun> {
  await using traffic = ground.visit(redirect)
  const during = traffic.next()
  await sleep(full ? 5_000 : 300)
  await traffic.stop()
  await redirect.kill()
  expectBitten(during)
  return figuresOf(during)
}

export function expectBitten({ failed, asked }: Tally): void {
  expect(failed / asked).toBeGreaterThan(0.1)
}

export function figuresOf(during: Tally): RedirectRun {
  const { asked, ok, wrong, failed, worstMs } = during
  return { asked, okPercent: percent(ok, asked), wrong, failed, worstMs: Math.round(worstMs) }
}

export function figuresOfDrill(drilled: Drill): RedirectRun {
  const { before, during, after, recoverySeconds, outageSeconds } = drilled
  return {
    ...figuresOf(during),
    outageSeconds,
    recoverySeconds,
    okPercentBefore: percent(before.ok, before.asked),
    worstMsBefore: Math.round(before.worstMs),
    okPercentAfter: percent(after.ok, after.asked),
    failedAfter: after.failed,
    worstMsAfter: Math.round(after.worstMs),
  }
}

function percent(part: number, whole: number): number {
  return Number(((100 * part) / whole).toFixed(3))
}

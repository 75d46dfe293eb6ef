// What releases and drills left behind, as files.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { slos } from '@sleepwell/contracts/slo'
import { z } from 'zod'
import type { DrillState, ReleaseState } from './reliability.ts'

const maxReleases = 20

const Release = z.object({
  release: z.string(),
  service: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  verdict: z.string(),
  why: z.string().optional(),
})

/** The latest first; a sentence where there are none to read. */
export async function readReleases(
  directory: string | undefined,
): Promise<ReleaseState[] | string> {
  if (directory === undefined)
    return 'Releases: nobody said where their records are (RELEASES_DIR).'
  const files = await readFiles(directory)
  if (files === 'unreadable') return 'Releases: there are no records of any.'
  const found = files.flatMap((text) => parsed(Release, text))
  return found
    .toSorted((one, other) => other.startedAt.localeCompare(one.startedAt))
    .slice(0, maxReleases)
    .map(({ endedAt = null, why = null, ...rest }) => ({ ...rest, endedAt, why }))
}

const Run = z.object({
  startedAt: z.iso.datetime(),
  faultSeconds: z.number(),
  recoverySeconds: z.number().nullish(),
  redirects: z.object({
    before: z.object({ asked: z.number() }),
    during: z.object({ asked: z.number() }),
    after: z.object({ asked: z.number() }),
    failed: z.number(),
    failures: z.array(z.object({ lastSeconds: z.number() })),
  }),
  clicks: z.object({ lost: z.number(), doubled: z.number() }),
  lostWrites: z.number(),
  // Of all figures, those that say what the fault did itself.
  figures: z.object({ failedElsewhere: z.number().optional(), lostWrites: z.number().optional() }),
  violations: z.record(z.string(), z.number()),
  blindTo: z.array(z.string()),
})

const Drill = z.object({
  drill: z.string(),
  description: z.string(),
  runs: z.array(Run).min(1),
})

/** By name; a sentence where there are none to read. */
export async function readDrills(directory: string | undefined): Promise<DrillState[] | string> {
  if (directory === undefined) return 'Drills: nobody said where their results are (DRILLS_DIR).'
  const files = await readFiles(directory)
  if (files === 'unreadable') return 'Drills: there are no results of any.'
  return files
    .flatMap((text) => parsed(Drill, text))
    .flatMap(({ drill, description, runs }) => {
      const last = runs.at(-1)
      return last === undefined ? [] : { drill, description, runs: runs.length, ...stateOf(last) }
    })
    .toSorted((one, other) => one.drill.localeCompare(other.drill))
}

function stateOf(run: z.infer<typeof Run>): Omit<DrillState, 'drill' | 'description' | 'runs'> {
  const { before, during, after, failed, failures } = run.redirects
  const asked = before.asked + during.asked + after.asked
  return {
    startedAt: run.startedAt,
    redirectsAsked: asked,
    redirectsAllowed: asked * (1 - slos.redirectAvailability.objective),
    redirectsFailed: failed,
    redirectsFailedElsewhere: run.figures.failedElsewhere ?? null,
    lastFailedSeconds:
      failures.length === 0 ? null : Math.max(...failures.map(({ lastSeconds }) => lastSeconds)),
    faultSeconds: run.faultSeconds,
    clicksLost: run.clicks.lost,
    clicksDoubled: run.clicks.doubled,
    writesLost: run.lostWrites,
    writesLostWithFault: run.figures.lostWrites ?? 0,
    violations: Object.entries(run.violations).map(([kind, times]) => `${kind}: ${times}`),
    unseen: run.blindTo,
    recoverySeconds: run.recoverySeconds ?? null,
  }
}

async function readFiles(directory: string): Promise<string[] | 'unreadable'> {
  try {
    const names = await readdir(directory)
    const json = names.filter((name) => name.endsWith('.json'))
    return await Promise.all(json.map((name) => readFile(join(directory, name), 'utf8')))
  } catch {
    return 'unreadable'
  }
}

/** Of another form, or half written: left out. */
function parsed<Output>(schema: z.ZodType<Output>, text: string): Output[] {
  try {
    return [schema.parse(JSON.parse(text))]
  } catch {
    return []
  }
}

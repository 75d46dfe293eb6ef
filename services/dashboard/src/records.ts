// What releases and drills left behind, as files.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
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

const Drill = z.object({
  drill: z.string(),
  description: z.string(),
  runs: z
    .array(
      z.object({
        startedAt: z.iso.datetime(),
        recoverySeconds: z.number().nullish(),
        redirects: z.object({
          before: z.object({ asked: z.number() }),
          during: z.object({ asked: z.number() }),
          after: z.object({ asked: z.number() }),
          failed: z.number(),
        }),
        clicks: z.object({ lost: z.number(), doubled: z.number() }),
        lostWrites: z.number(),
      }),
    )
    .min(1),
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
      if (last === undefined) return []
      const { startedAt, redirects, clicks, lostWrites, recoverySeconds = null } = last
      const { before, during, after, failed } = redirects
      return {
        drill,
        description,
        runs: runs.length,
        startedAt,
        redirectsAsked: before.asked + during.asked + after.asked,
        redirectsFailed: failed,
        clicksLost: clicks.lost,
        clicksDoubled: clicks.doubled,
        writesLost: lostWrites,
        recoverySeconds,
      }
    })
    .toSorted((one, other) => one.drill.localeCompare(other.drill))
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

// What is left of a release: a record for people, and while it is under way, what the next run needs to undo it.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { writePrivateFile } from '@sleepwell/deploy-local/private-file'
import { z } from 'zod'
import type { Figure } from './judge.ts'

export type Kind = 'dir' | 'image'
export type Verdict = 'under way' | 'released' | 'rolled back' | 'refused' | 'needs a person'

export interface ReleaseRecord {
  readonly release: string
  readonly kind: Kind
  readonly service: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly timeScale: number
  endedAt?: string
  verdict: Verdict
  /** Why it is so, where it is not released. */
  why?: string
  /** What runs if this is rolled back. */
  previous?: string
  canary?: string
  /** Servers on which it was started. */
  readonly ran: string[]
  readonly steps: { readonly at: string; readonly what: string }[]
  readonly looks: {
    readonly at: string
    readonly windowSeconds: number
    readonly figures: readonly Figure[]
  }[]
}

const UnderWay = z.object({
  record: z.string(),
  release: z.string(),
  previous: z.string(),
  /** On which it may run, or be started at this moment. */
  touched: z.array(z.string()),
  /** Of all servers, before anything was done. */
  weights: z.record(z.string(), z.number()),
})

/** What has been changed and is not finished. */
export type UnderWay = z.infer<typeof UnderWay>

export interface RecordFile {
  readonly record: ReleaseRecord
  readonly path: string
  readonly save: () => void
}

/** @param now time stamps begin the name, so that files sort by time */
export function openRecord(
  directory: string,
  given: Pick<ReleaseRecord, 'release' | 'kind' | 'service' | 'timeScale'>,
  now: Date,
): RecordFile {
  mkdirSync(directory, { recursive: true })
  const startedAt = now.toISOString()
  const name = basename(given.release).replaceAll(/[^\w.-]+/gu, '-')
  const path = join(directory, `${startedAt.replaceAll(/[:.]/gu, '-')}-${name}.json`)
  const record: ReleaseRecord = {
    ...given,
    startedAt,
    verdict: 'under way',
    ran: [],
    steps: [],
    looks: [],
  }
  const save = () => writePrivateFile(path, `${JSON.stringify(record, undefined, 2)}\n`)
  save()
  return { record, path, save }
}

/** In one file, there only while something is half done. */
export function underWayIn(directory: string) {
  const path = join(directory, 'under-way.json')
  return {
    read: (): UnderWay | undefined =>
      existsSync(path) ? UnderWay.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined,
    write: (state: UnderWay) => writePrivateFile(path, JSON.stringify(state, undefined, 2)),
    clear: () => rmSync(path, { force: true }),
  }
}

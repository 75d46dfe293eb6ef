import { randomBytes } from 'node:crypto'
import { every } from '@sleepwell/runtime/every'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import type { Pool } from 'pg'
import { deleteOldEntries } from './audit-table.ts'
import { deleteOldJobs } from './job-table.ts'
import {
  deleteOldAnswers,
  deleteOldChanges,
  deleteOldQuotas,
  deleteOldSalts,
  fillSearchTexts,
  insertSalts,
} from './upkeep-table.ts'

const hour = 3_600_000
const day = 24 * hour

/** Rows a statement: an open transaction holds the change feed back. */
const chunk = 1000
const maxChunks = 100
/** With all of their rows and errors. */
const jobsAtOnce = 10

export type Chore = (now: Date) => Promise<void>

/** What has to be done now and then so that the database neither lacks a salt nor grows for ever. */
export function chores(
  postgres: Pool,
  auditRetentionDays: number,
): Readonly<Record<string, Chore>> {
  return {
    'make salts': (now) => {
      const days = [0, 1, 2].map((ahead) => utcDay(now.getTime() + ahead * day))
      return insertSalts(
        postgres,
        days,
        days.map(() => randomBytes(32)),
      )
    },
    'forget salts': (now) => deleteOldSalts(postgres, now),
    'trim the change feed': (now) =>
      inChunks((limit) => deleteOldChanges(postgres, new Date(now.getTime() - day), limit)),
    'forget changes': (now) => {
      const before = new Date(now.getTime() - auditRetentionDays * day)
      return inChunks((limit) => deleteOldEntries(postgres, before, limit))
    },
    'forget quotas': (now) => inChunks((limit) => deleteOldQuotas(postgres, now, limit)),
    'forget answers': (now) =>
      inChunks((limit) => deleteOldAnswers(postgres, new Date(now.getTime() - day), limit)),
    'forget jobs': (now) => {
      const before = new Date(now.getTime() - 30 * day)
      return inChunks((limit) => deleteOldJobs(postgres, before, limit), jobsAtOnce)
    },
    'fill in search texts': () => inChunks((limit) => fillSearchTexts(postgres, limit)),
  }
}

export interface UpkeepOptions {
  readonly intervalMs: number
  readonly now: () => Date
  readonly log: Logger
}

/** Does the chores once, then again and again until disposed; one that fails is logged and tried the next time. */
export async function startUpkeep(
  tasks: Readonly<Record<string, Chore>>,
  options: UpkeepOptions,
): Promise<AsyncDisposable> {
  const first = Promise.withResolvers<void>()
  const upkeep = every(
    options.intervalMs,
    async () => {
      await doOnce(tasks, options)
      first.resolve()
    },
    first.reject,
  )
  await first.promise
  return upkeep
}

async function doOnce(
  tasks: Readonly<Record<string, Chore>>,
  { now, log }: UpkeepOptions,
): Promise<void> {
  for (const [name, task] of Object.entries(tasks)) {
    try {
      await task(now())
    } catch (error) {
      log.error({ chore: name, ...errorFields(error) }, 'upkeep failed')
    }
  }
}

async function inChunks(doChunk: (limit: number) => Promise<number>, limit = chunk): Promise<void> {
  for (let chunks = 0; chunks < maxChunks; chunks++) if ((await doChunk(limit)) < limit) return
}

function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

// The operator's list of hosts and prefixes, read anew when its file changes. A list that is no whole list changes nothing: the one
// before stays in force.
import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { every } from '@sleepwell/runtime/every'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import { entriesAgainst } from './blocklist-entry.ts'
import { hasEntry } from './blocklist-set.ts'
import type { ReadBlocklist, RefusedBlocklist } from './read-blocklist.ts'

export interface Blocklist {
  /** The entry that blocks it, if one does. */
  readonly entryAgainst: (href: string) => string | undefined
  readonly entries: number
  /** SHA-256 of its file, in hex. */
  readonly digest: string
  /** Whether a list was looked for in vain, or another one in force, before this one was. */
  readonly isChange: boolean
}

export interface FollowBlocklistOptions {
  readonly file: string
  readonly maxEntries: number
  /** How a look at a changed file went. */
  readonly looked: (outcome: 'loaded' | 'refused') => void
  readonly log: Logger
  readonly pauseMs?: number
}

export interface FollowedBlocklist extends AsyncDisposable {
  /** Undefined before the first good one. */
  readonly current: () => Blocklist | undefined
  /** Whether the file as it is now is not the list in force. */
  readonly isRefused: () => boolean
}

/** Resolves after the first look. */
export async function followBlocklist(options: FollowBlocklistOptions): Promise<FollowedBlocklist> {
  const { file, maxEntries, looked, log } = options
  let current: Blocklist | undefined
  let lookedAt: string | undefined
  let refused = false

  async function look(): Promise<void> {
    const now = await signatureOf(file)
    if (now === lookedAt) return
    const read = await readInThread(file, maxEntries)
    // Whoever writes it meanwhile has not finished: the next look sees.
    const changed = (await signatureOf(file)) !== now
    if (changed && 'refused' in read) return
    refused = 'refused' in read
    if ('refused' in read) {
      log.error({ file, reason: read.refused }, 'the blocklist is refused, the one before stays')
      looked('refused')
    } else {
      current = { ...createBlocklist(read), isChange: lookedAt !== undefined }
      log.info({ file, entries: read.entries }, 'the blocklist is in force')
      looked('loaded')
    }
    lookedAt = now
  }

  const first = Promise.withResolvers<void>()
  const following = every(
    options.pauseMs ?? 1_000,
    async () => await look().finally(first.resolve),
    (error) => log.error(errorFields(error), 'the blocklist cannot be looked at'),
  )
  await first.promise
  return {
    current: () => current,
    isRefused: () => refused,
    [Symbol.asyncDispose]: () => following[Symbol.asyncDispose](),
  }
}

export function createBlocklist(read: ReadBlocklist): Omit<Blocklist, 'isChange'> {
  const { table, entries, deepest, digest } = read
  return {
    entryAgainst: (href) => {
      for (const entry of entriesAgainst(href, deepest)) if (hasEntry(table, entry)) return entry
      return undefined
    },
    entries,
    digest,
  }
}

/** What changes when a file does, also when another one is put in its place; a missing one has one too. */
async function signatureOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(file, { bigint: true })
    return `${dev}:${ino}:${size}:${mtimeNs}`
  } catch {
    return 'missing'
  }
}

function readInThread(file: string, maxEntries: number): Promise<ReadBlocklist | RefusedBlocklist> {
  return new Promise((resolve, reject) => {
    // Without what this process was started with: one exporter is enough.
    const worker = new Worker(new URL('blocklist-worker.ts', import.meta.url), {
      workerData: { file, maxEntries },
      execArgv: [],
    })
    worker.once('message', resolve).once('error', reject)
    worker.once('exit', () => reject(new Error('the blocklist was not read')))
  })
}

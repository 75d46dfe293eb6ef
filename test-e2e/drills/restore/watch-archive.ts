// Until when writes are in a segment of WAL: what was acknowledged before a server was asked where it writes lies no further than
// its answer.
import { setTimeout as sleep } from 'node:timers/promises'
import type { BackedUpPostgres } from './backed-up-postgres.ts'

export interface ArchiveWatch extends AsyncDisposable {
  /** Of performance.now(): everything that was acknowledged before is in this segment or an earlier one. */
  readonly writtenBefore: (segment: string) => number
  /** How many segments its server has archived. */
  readonly archived: () => number
  /** How much of the segment that it writes into is written, 0 to 1. */
  readonly filled: () => number
}

interface Look {
  readonly askedAt: number
  readonly segment: string
  readonly archived: number
  readonly filled: number
}

const pauseMs = 100

/** Resolves when it knows where the server is. Afterwards it ends with the server, and says nothing of that. */
export async function openArchiveWatch(
  postgres: Pick<BackedUpPostgres, 'query'>,
): Promise<ArchiveWatch> {
  const looks: Look[] = []
  const look = async () => {
    const askedAt = performance.now()
    const rows = await postgres.query<Omit<Look, 'askedAt'>>('postgres', position)
    looks.push(...rows.map((row) => ({ askedAt, ...row })))
  }
  await look()
  let stopped = false
  const watch = async () => {
    for (; !stopped; await sleep(pauseMs)) await look().catch(() => {})
  }
  const watching = watch()
  return {
    writtenBefore: (segment) =>
      Math.max(...looks.filter((one) => one.segment <= segment).map(({ askedAt }) => askedAt)),
    archived: () => looks.at(-1)?.archived ?? 0,
    filled: () => looks.at(-1)?.filled ?? 0,
    [Symbol.asyncDispose]: async () => {
      stopped = true
      await watching
    },
  }
}

const position = `
  select file_name as segment, archived_count::int as archived,
    file_offset / pg_size_bytes(current_setting('wal_segment_size'))::float as filled
  from pg_walfile_name_offset(pg_current_wal_insert_lsn()), pg_stat_archiver`

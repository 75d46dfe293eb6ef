// Writers that note which rows were acknowledged, for a comparison with what is there afterwards.
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'pg'
import { until } from '../api.ts'

export interface Inserting extends AsyncDisposable {
  /** Resolves once a row was acknowledged that was begun after now. */
  readonly goesOn: () => Promise<void>
  readonly stop: () => Promise<Inserted>
}

export interface Inserted {
  readonly acknowledged: readonly number[]
  /** Of these nobody knows: they were sent, and no answer came. */
  readonly unknown: readonly number[]
  /** The longest time without an acknowledgement. */
  readonly awaySeconds: number
}

const writers = 4
const pauseMs = 5
let nextId = 1

/** @param url of the superuser, without a database */
export async function keepInserting(url: string): Promise<Inserting> {
  const pool = new Pool({
    connectionString: `${url}/postgres`,
    max: writers,
    connectionTimeoutMillis: 1_000,
    // Only the client gives up: a wait for the synchronous standby that is cancelled by the server counts as success.
    query_timeout: 2_000,
  })
  pool.on('error', () => {})
  await pool.query('create table if not exists inserted (id bigint primary key)')
  const acknowledged: number[] = []
  const unknown: number[] = []
  let stopped = false
  let lastAt = performance.now()
  let awayMs = 0

  const insertOne = async (id: number) => {
    try {
      await pool.query('insert into inserted (id) values ($1)', [id])
      acknowledged.push(id)
      awayMs = Math.max(awayMs, performance.now() - lastAt)
      lastAt = performance.now()
      await sleep(pauseMs)
    } catch {
      unknown.push(id)
      await sleep(10 * pauseMs)
    }
  }
  const write = async () => {
    while (!stopped) await insertOne(nextId++)
  }
  const writing = Promise.all(Array.from({ length: writers }, write))
  const stop = async () => {
    stopped = true
    await writing
    return { acknowledged, unknown, awaySeconds: Math.round(awayMs / 100) / 10 }
  }
  return {
    goesOn: async () => {
      const first = nextId
      await until(
        async () => acknowledged.at(-1) ?? 0,
        (last) => last >= first,
      )
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop()
      await pool.end()
    },
  }
}

/** Those of the acknowledged rows that a server does not have. */
export async function lostAt(url: string, { acknowledged }: Inserted): Promise<number[]> {
  const pool = new Pool({ connectionString: `${url}/postgres`, max: 1 })
  try {
    const { rows } = await pool.query<{ id: number }>('select id::int from inserted')
    const there = new Set(rows.map(({ id }) => id))
    return acknowledged.filter((id) => !there.has(id))
  } finally {
    await pool.end()
  }
}

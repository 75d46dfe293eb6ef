// The topic that clicks travel on, and whether all that is on it was counted. What knows Kafka runs as a job.
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { z } from 'zod'
import { runJob } from './job.ts'
import { forgetUncounted } from './uncounted.ts'

const folder = 'packages/click-log'

export async function createTopics(kafkaUrl: string): Promise<void> {
  await runJob('Making the topics', folder, ['src/create-topics.ts'], { CLICK_LOG_URL: kafkaUrl })
}

export interface CountedOptions {
  readonly data: string
  readonly kafkaUrl: string
  /** Of the superuser, without a database. */
  readonly postgresUrl: string
  readonly say: (line: string) => void
  readonly hurry: AbortSignal
}

/** How long analytics may take for what redirect shipped last: Kafka misses one that was killed for ten seconds. */
const limitMs = 30_000
const impatientMs = 2_000

/** Waits until all of the topic is stored; when that takes too long the clicks keep in Kafka until the next start. */
export async function untilCounted(options: CountedOptions): Promise<void> {
  const { data, say, hurry } = options
  const told = setTimeout(say, impatientMs, 'Waiting until the last clicks are counted')
  const deadline = AbortSignal.any([hurry, AbortSignal.timeout(limitMs)])
  try {
    const ends = await endsOf(options.kafkaUrl)
    while (!deadline.aborted) {
      if (await isStored(options.postgresUrl, ends)) return forgetUncounted(data)
      await sleep(100, undefined, { signal: deadline })
    }
  } catch {
    // An engine is away, or time is up.
  } finally {
    clearTimeout(told)
  }
  say('Some clicks are in Kafka and not counted yet; the next npm run stack counts them.')
}

const Ends = z.object({
  cluster: z.string(),
  topic: z.string(),
  ends: z.array(z.object({ partition: z.int(), first: z.int(), next: z.int() })),
})
type Ends = z.infer<typeof Ends>

async function endsOf(kafkaUrl: string): Promise<Ends> {
  const told = await runJob('Asking Kafka', folder, ['src/show-ends.ts'], {
    CLICK_LOG_URL: kafkaUrl,
  })
  const line = told.split('\n').find((one) => one.includes('"ends"'))
  return Ends.parse(JSON.parse(line ?? ''))
}

async function isStored(postgresUrl: string, { cluster, topic, ends }: Ends): Promise<boolean> {
  const client = new Client({
    connectionString: `${postgresUrl}/analytics`,
    connectionTimeoutMillis: 1000,
    query_timeout: 1000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ partition: number; next: string | null }>(
      'select partition, next from offsets where cluster = $1 and topic = $2',
      [cluster, topic],
    )
    const stored = new Map(rows.map(({ partition, next }) => [partition, Number(next ?? 0)]))
    // What Kafka has already removed nobody waits for.
    return ends.every(
      ({ partition, first, next }) => first === next || (stored.get(partition) ?? 0) >= next,
    )
  } finally {
    void client.end().catch(() => {})
  }
}

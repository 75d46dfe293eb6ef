// `npm run stack` with shortened time, and whom its Alertmanager told what.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Delivered } from '@sleepwell/deploy-local/monitoring/alert-receiver'
import { createLink, follow } from './api.ts'
import { startSystem, type System, type SystemOptions } from './system.ts'
import { insertLinks } from './faults/links-in-postgres.ts'

export type Receiver = 'page' | 'ticket'

export interface WatchedStack extends AsyncDisposable {
  readonly system: System
  readonly timeScale: number
  /** What a receiver was told since then, in the order of its arrival. */
  readonly delivered: (receiver: Receiver, since: Date) => Delivered[]
  /** Names of the alerts that began to fire for a receiver since then. */
  readonly heard: (receiver: Receiver, since: Date) => string[]
  /** Resolves to when it was told; the limit of the test ends a wait in vain. */
  readonly told: (
    receiver: Receiver,
    alert: string,
    status: 'firing' | 'resolved',
    since: Date,
  ) => Promise<Date>
  /** The value of a query that has one at most, now. */
  readonly ask: (expr: string) => Promise<number | undefined>
  /** Waits as long as alerts take so long for; `5m` of a rule are ten seconds at 30. */
  readonly pass: (minutes: number) => Promise<void>
  /** One that memory, Redis and no earlier visitor know. */
  readonly coldSlug: () => string
  /** Of a link that may be followed a million times, for which the primary is asked each time. */
  readonly limitedSlug: string
}

/** Minutes of the rules are two seconds. */
export const timeScale = 30
export const hotSlug = 'link-0'

/** What the receivers of the stack with this data were told. */
export function deliveredIn(data: string): WatchedStack['delivered'] {
  const all = (receiver: Receiver): Delivered[] => {
    try {
      const file = join(data, 'monitoring/alerts', `${receiver}s.ndjson`)
      return readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Delivered)
    } catch {
      return [] // Nobody was told anything yet.
    }
  }
  return (receiver, since) =>
    all(receiver).filter(({ receivedAt }) => receivedAt >= since.toISOString())
}

export interface WatchedStackOptions {
  readonly env?: Readonly<Record<string, string>>
  /** `link-0` and so on, each to https://example.com/ and its slug. */
  readonly links?: number
  readonly kafkaBrokers?: 1 | 3
  readonly postgres?: SystemOptions['postgres']
}

export async function startWatchedStack({
  env = {},
  links = 5_000,
  kafkaBrokers = 1,
  postgres,
}: WatchedStackOptions = {}): Promise<WatchedStack> {
  await using open = new AsyncDisposableStack()
  const system = open.use(
    await startSystem({
      form: 'stack',
      timeScale,
      kafkaBrokers,
      env,
      ...(postgres && { postgres }),
    }),
  )
  await insertLinks((sql, values) => system.query('links', sql, values), links)
  const since = deliveredIn(system.data)
  const { slug: limitedSlug } = await createLink(system.access, 'https://example.com/limited', {
    maxClicks: 1_000_000,
  })
  await follow(`${system.access.redirect}/${limitedSlug}`) // From now on there is a row that can be locked.
  let cold = 0
  const closing = open.move()
  return {
    system,
    timeScale,
    delivered: since,
    heard: (receiver, from) => {
      const firing = since(receiver, from).filter(({ status }) => status === 'firing')
      return [...new Set(firing.flatMap(({ labels }) => labels.alertname ?? []))]
    },
    told: async (receiver, alert, status, from) => {
      for (;;) {
        const found = since(receiver, from).find(
          (one) => one.labels.alertname === alert && one.status === status,
        )
        if (found !== undefined) return new Date(found.receivedAt)
        await sleep(50)
      }
    },
    ask: async (expr) => {
      const url = `${system.access.engines.Prometheus}/api/v1/query?query=${encodeURIComponent(expr)}`
      const { data } = (await (await fetch(url)).json()) as {
        data: { result: readonly { value: readonly [number, string] }[] }
      }
      return data.result.length === 0 ? undefined : Number(data.result[0]?.value[1])
    },
    pass: async (minutes) => await sleep((minutes * 60_000) / timeScale),
    coldSlug: () => `link-${1 + (cold++ % (links - 1))}`,
    limitedSlug,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

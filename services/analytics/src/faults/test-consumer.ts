// For tests: a consumer as main.ts wires it, as a process of its own that can be told where to die or to freeze.
import { openKafkaClickLog } from '@sleepwell/click-log/kafka-click-log'
import { clicksTopic } from '@sleepwell/contracts/click'
import { watchSockets } from '@sleepwell/testing/sockets'
import { openPool } from '@sleepwell/runtime/postgres'
import { pino } from 'pino'
import { makeDays } from '../click-table.ts'
import { consumeClicks } from '../consume-clicks.ts'
import { findOffset } from '../offset-table.ts'
import { createGroupCommit } from '../group-commit.ts'
import { storeParts } from '../store-parts.ts'
import type { ConsumerSettings, Told } from './test-consumers.ts'
import { consumeNaively } from './test-naive-consumer.ts'
import { watchStatements, type Moment } from './test-statements.ts'

const dayMs = 86_400_000

const settings = JSON.parse(process.argv[2] ?? '{}') as ConsumerSettings
const { analyticsUrl, clickLogUrl, group, point, silenceMs, stillMs } = settings
const tell = (told: Told) => void process.send?.(told)
// Whoever started it is gone.
process.once('disconnect', () => process.exit(1))
const sockets = watchSockets()
process.on('message', sockets.silence)
process.channel?.unref()
const stopped = new Promise((resolve) => process.once('SIGTERM', resolve))

const log = pino({ level: settings.says ?? 'fatal' }, pino.destination({ fd: 2, sync: true }))
await using pool = openPool({
  url: analyticsUrl,
  name: 'analytics-consumer',
  max: 6,
  timeoutMs: settings.timeoutMs ?? 10_000,
  log,
})
let passed = false
const seen = new Set<string>()
watchStatements(pool, (moment, statement) => {
  if (!seen.has(statement)) tell({ statement })
  seen.add(statement)
  if (passed || point?.moment !== moment || point.statement !== statement) return
  passed = true
  // What was sent is on its way when this turn of the event loop ends.
  if (moment === ('sent' satisfies Moment))
    setImmediate(() => process.kill(process.pid, point.signal))
  else process.kill(process.pid, point.signal)
})

await using clickLog = openKafkaClickLog({ url: clickLogUrl, log, silenceMs, stillMs, lookMs: 100 })
const storePart = createGroupCommit((parts) => storeParts(pool, parts))
const common = {
  group: async () => group,
  cluster: clickLog.cluster,
  topic: clicksTopic,
  assigned: (partitions: readonly number[]) => tell({ assigned: [...partitions] }),
}
clickLog.consume(
  settings.guarded
    ? consumeClicks({
        ...common,
        findOffset: (of) => findOffset(pool, of),
        makeDays: (days) => makeDays(pool, days),
        storePart: async (part) => {
          const stored = await storePart(part)
          if (stored === 'fenced') tell({ fenced: true })
          return stored
        },
        now: Date.now,
        retentionMs: 30 * dayMs,
        uniqueWithinMs: 2 * dayMs,
        moved: () => {},
        stored: () => {},
        gap: () => {},
        log,
      })
    : consumeNaively(pool, common),
)
await stopped

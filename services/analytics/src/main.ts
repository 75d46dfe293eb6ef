import { openClickLog } from '@sleepwell/click-log/open-click-log'
import { clicksTopic } from '@sleepwell/contracts/click'
import { problem } from '@sleepwell/contracts/problem'
import { listenAdmin } from '@sleepwell/runtime/admin'
import { every } from '@sleepwell/runtime/every'
import { listen } from '@sleepwell/runtime/http'
import { createLog, errorFields } from '@sleepwell/runtime/log'
import { openPool } from '@sleepwell/runtime/postgres'
import { run, stopRequested } from '@sleepwell/runtime/process'
import type { Pool } from 'pg'
import { createApp } from './app.ts'
import { createReport } from './click-report.ts'
import { makeDays } from './click-table.ts'
import { readConfig } from './config.ts'
import { consumeClicks } from './consume-clicks.ts'
import { createConsumerAge } from './consumer-age.ts'
import { createIdentify } from './identify.ts'
import { answered, gap, observeConsumer, stored } from './indicators.ts'
import { findKey, ownsLink } from './key-table.ts'
import { findOffset } from './offset-table.ts'
import { countClicks } from './report-table.ts'
import { keepDays } from './retention.ts'
import { storeBatch } from './store-batch.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000

const log = createLog('analytics')

await run(log, async () => {
  const config = readConfig(process.env)
  const { ANALYTICS_URL, LINKS_URL, CLICK_RETENTION_DAYS } = config

  // Closed in reverse: requests under way are answered, the batch under way is stored, then the connections go.
  await using open = new AsyncDisposableStack()
  const end = (pool: Pool) => pool.end()
  const openOwn = (url: string, name: string, max: number, timeoutMs: number) =>
    open.adopt(openPool({ url, name, max, timeoutMs, log }), end)
  // Apart, so that reports can take the connections of no batch.
  const clicks = openOwn(ANALYTICS_URL, 'analytics-consumer', 6, 10_000)
  const reports = openOwn(ANALYTICS_URL, 'analytics-reports', 6, 5_000)
  const links = openOwn(LINKS_URL, 'analytics', 4, 1_000)
  const clickLog = open.use(openClickLog(config.CLICK_LOG_URL, { log }))

  open.use(
    every(
      hourMs,
      () => keepDays(clicks, CLICK_RETENTION_DAYS, Date.now()),
      (error) => log.warn(errorFields(error), 'could not make or drop days'),
    ),
  )

  const age = createConsumerAge(() => performance.now())
  observeConsumer(age.seconds)
  open.use(
    clickLog.consume(
      consumeClicks({
        cluster: clickLog.cluster,
        topic: clicksTopic,
        findOffset: (of) => findOffset(clicks, of),
        makeDays: (days) => makeDays(clicks, days),
        storeBatch: (step, batch) => storeBatch(clicks, step, batch),
        now: Date.now,
        retentionMs: CLICK_RETENTION_DAYS * dayMs,
        moved: age.moved,
        assigned: age.assigned,
        stored,
        gap,
        log,
      }),
    ),
  )

  const app = createApp({
    identify: createIdentify({ findKey: (hash) => findKey(links, hash), now: Date.now }),
    report: createReport({
      countClicks: (query) => countClicks(reports, query),
      ownsLink: (ownerId, linkId) => ownsLink(links, ownerId, linkId),
    }),
    now: Date.now,
    answered,
    log,
  })

  let ready = false
  const { HOST: host, PORT, ADMIN_PORT } = config
  const admin = open.use(await listenAdmin({ port: ADMIN_PORT, host, problem, ready: () => ready }))
  const api = open.use(await listen(app, { port: PORT, host, problem }))
  ready = true
  log.info({ port: api.port, adminPort: admin.port }, 'listening')
  await stopRequested(log)
  ready = false
})

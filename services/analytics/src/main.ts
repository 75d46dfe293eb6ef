import { readFileSync } from 'node:fs'
import { serveDocuments } from '@sleepwell/api-docs/serve-documents'
import { openClickLog } from '@sleepwell/click-log/open-click-log'
import { findCluster } from '@sleepwell/click-log/postgres-log-table'
import { clicksTopic, countingPolicyVersion } from '@sleepwell/contracts/click'
import { problem } from '@sleepwell/contracts/problem'
import { listenAdmin } from '@sleepwell/runtime/admin'
import { createAllowance } from '@sleepwell/runtime/allowance'
import { findBackups } from '@sleepwell/runtime/backup-table'
import { openDatabaseSet } from '@sleepwell/runtime/database-set'
import { every } from '@sleepwell/runtime/every'
import { listen } from '@sleepwell/runtime/http'
import { createLog, errorFields } from '@sleepwell/runtime/log'
import { openPool, type PoolOptions } from '@sleepwell/runtime/postgres'
import { trustAuthorities } from '@sleepwell/runtime/probe'
import { run, stopRequested } from '@sleepwell/runtime/process'
import type { Pool } from 'pg'
import { createApp } from './app.ts'
import { findClicks } from './click-export-table.ts'
import { createReport } from './click-report.ts'
import { makeDays } from './click-table.ts'
import { readConfig } from './config.ts'
import { consumeClicks } from './consume-clicks.ts'
import { createConsumerAge } from './consumer-age.ts'
import { readDataThrough } from './counted-clicks.ts'
import { createExport } from './export-clicks.ts'
import { findInOrder, upToDate } from './find-in-order.ts'
import { createGroupCommit } from './group-commit.ts'
import { createIdentify } from './identify.ts'
import {
  answered,
  gap,
  observeConsumer,
  observeDatabases,
  observeFollowers,
  observeLag,
  observeLedger,
  observeOwnBackups,
  observeOwnProcess,
  stored,
} from './indicators.ts'
import { areKept } from './kept-days.ts'
import { findKey, findOwnLink } from './key-table.ts'
import { findBooks } from './ledger-table.ts'
import { createLedger } from './ledger.ts'
import { sumLinkDays } from './link-day-table.ts'
import { createLiveFeed } from './live-feed.ts'
import { deleteLiveClicks, readLiveClicks } from './live-table.ts'
import { findOffset, findOffsets } from './offset-table.ts'
import { reportOrphans } from './orphan-report.ts'
import { probeEngines } from './probe-engines.ts'
import { countRawClicks } from './raw-report-table.ts'
import { countClicks } from './report-table.ts'
import { keepDays, visitorDays } from './retention.ts'
import { storeParts } from './store-parts.ts'
import { nameLogs, watchLag } from './watch-lag.ts'
import { watchLedger } from './watch-ledger.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
const minuteMs = 60_000
/** A report is promised within 5 s, the reading of its answer included. */
const rawDeadlineMs = 4_500
/** Keys and links that no replica knows, asked of the primary: most of them were made up. */
const secondQuestionsPerSecond = 50

const log = createLog('analytics')

await run(log, async () => {
  const config = readConfig(process.env)
  const { ANALYTICS_URL, CLICK_RETENTION_DAYS } = config

  trustAuthorities(config.CA_FILE)
  await probeEngines(config, log)

  // Closed in reverse: requests under way are answered, the batch under way is stored, then the connections go.
  await using open = new AsyncDisposableStack()
  const openOwn = (
    name: string,
    timeoutMs: number,
    { max = 6, ...rest }: Pick<Partial<PoolOptions>, 'max' | 'writes'> = {},
  ) => open.use(openPool({ url: ANALYTICS_URL, name, max, timeoutMs, log, ...rest }))
  // Apart, so that reports can take the connections of no batch.
  const clicks = openOwn('analytics-consumer', 10_000, { writes: true })
  const reports = openOwn('analytics-reports', 5_000)
  // What looks every second or minute, whatever reports are asked for.
  const watching = openOwn('analytics-watching', 5_000, { max: 2, writes: true })
  // Apart again, so that those that look at every click can keep no other report waiting.
  const raw = openOwn('analytics-raw-reports', 5_000, { max: 2 })
  const exports = openOwn('analytics-exports', 5_000, { max: 2 })
  const links = open.use(
    openDatabaseSet({
      primary: config.LINKS_URL,
      replicas: config.LINKS_REPLICA_URLS,
      name: 'analytics',
      max: 4,
      replicaTimeoutMs: 1_000,
      primaryTimeoutMs: 1_000,
      log,
    }),
  )
  observeDatabases({ consumer: clicks, reports, watching, 'raw-reports': raw, exports }, links)
  const mayAskPrimary = createAllowance(secondQuestionsPerSecond, () => performance.now())
  const askLinks = <T extends object>(question: (pool: Pool) => Promise<T | 'absent'>) =>
    findInOrder(links.inOrder(), question, mayAskPrimary)

  open.use(
    every(
      hourMs,
      () => keepDays(clicks, CLICK_RETENTION_DAYS, config.UNIQUE_WITHIN_HOURS, Date.now()),
      (error) => log.warn(errorFields(error), 'could not make or drop days'),
    ),
  )

  const storePart = createGroupCommit((parts) => storeParts(clicks, parts))
  const consumers = nameLogs(config.CLICK_LOG_URLS).map(({ name, url }) => {
    const clickLog = open.use(openClickLog(url, { log }))
    const age = createConsumerAge(() => performance.now())
    open.use(
      clickLog.consume(
        consumeClicks({
          // Its offsets are in this database: who uses another one reads everything too.
          group: async () => `sleepwell-${await findCluster(clicks)}`,
          cluster: clickLog.cluster,
          topic: clicksTopic,
          findOffset: (of) => findOffset(clicks, of),
          makeDays: (days) => makeDays(clicks, days),
          storePart,
          now: Date.now,
          retentionMs: CLICK_RETENTION_DAYS * dayMs,
          uniqueWithinMs: config.UNIQUE_WITHIN_HOURS * hourMs,
          moved: age.moved,
          assigned: age.assigned,
          stored,
          gap,
          log,
        }),
      ),
    )
    const lag = open.use(
      watchLag({
        log: name,
        findOffsets: async () =>
          findOffsets(watching, { cluster: await clickLog.cluster(), topic: clicksTopic }),
        bounds: clickLog.bounds,
        failed: (error) =>
          log.warn({ of: name, ...errorFields(error) }, 'the lag of a click log is not known'),
      }),
    )
    return { age, lag }
  })
  observeConsumer(() => Math.max(...consumers.map(({ age }) => age.seconds())))
  observeLag(() => consumers.flatMap(({ lag }) => lag.last()))

  const ledger = createLedger((settleSeconds) => findBooks(watching, settleSeconds))
  const watched = open.use(
    watchLedger(ledger, (error) => log.warn(errorFields(error), 'the ledger cannot be read')),
  )
  observeLedger(watched.last)
  open.use(
    observeOwnBackups({
      read: () => findBackups(watching),
      failed: (error) => log.warn(errorFields(error), 'the age of backups cannot be read'),
    }),
  )

  open.use(
    every(
      minuteMs,
      () => deleteLiveClicks(watching),
      (error) => log.warn(errorFields(error), 'could not delete what was told live'),
    ),
  )
  open.use(
    every(
      hourMs,
      async () => {
        const today = Math.floor(Date.now() / dayMs) * dayMs
        await sumLinkDays(clicks, new Date(today - 3 * dayMs), new Date(today))
      },
      (error) => log.warn(errorFields(error), 'could not sum days of links'),
    ),
  )
  const live = open.use(
    createLiveFeed({
      readLiveClicks: (query) => readLiveClicks(watching, query),
      failed: (error) => log.warn(errorFields(error), 'the live feed stands still'),
    }),
  )
  observeFollowers(live.followers)

  const findLinkOf = (ownerId: string, linkId: string) =>
    askLinks((pool) => findOwnLink(pool, ownerId, linkId))
  const openApi = readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')
  const app = createApp({
    documents: serveDocuments(openApi),
    identify: createIdentify({
      findKey: (hash) =>
        findInOrder(upToDate(links.inOrder()), (pool) => findKey(pool, hash), mayAskPrimary),
      now: Date.now,
    }),
    report: createReport({
      countClicks: (query) => countClicks(reports, query),
      countRawClicks: (query) => countRawClicks(raw, query, rawDeadlineMs),
      findOwnLink: findLinkOf,
    }),
    exportClicks: createExport({
      findClicks: (query) => findClicks(exports, query),
      findOwnLink: findLinkOf,
      areKept: (ownerId, from, to) => areKept(exports, ownerId, from, to),
      dataThrough: () => readDataThrough(exports),
    }),
    reportOrphans: (query) => reportOrphans(reports, query),
    findOwnLink: findLinkOf,
    follow: live.follow,
    ledger,
    settings: {
      clickRetentionDays: CLICK_RETENTION_DAYS,
      visitorRetentionDays: visitorDays(config.UNIQUE_WITHIN_HOURS),
      uniqueWithinHours: config.UNIQUE_WITHIN_HOURS,
      policyVersion: countingPolicyVersion,
    },
    now: Date.now,
    answered,
    log,
  })

  open.use(observeOwnProcess())
  let ready = false
  const { HOST: host, PORT, ADMIN_PORT } = config
  const admin = open.use(await listenAdmin({ port: ADMIN_PORT, host, problem, ready: () => ready }))
  // From the first request on, a signal is no longer the end.
  const stop = stopRequested(log)
  const api = open.use(await listen(app, { port: PORT, host, problem }))
  // Ended before the server drains: those who follow would never leave by themselves.
  open.use(live)
  ready = true
  log.info({ port: api.port, adminPort: admin.port }, 'listening')
  const hurry = await stop
  ready = false
  await api.leave(config.DRAIN_DELAY_SECONDS * 1000, hurry)
})

import { readFileSync } from 'node:fs'
import { serveDocuments } from '@sleepwell/api-docs/serve-documents'
import { createDomains } from '@sleepwell/contracts/domain'
import { problem } from '@sleepwell/contracts/problem'
import { listenAdmin } from '@sleepwell/runtime/admin'
import { findBackups } from '@sleepwell/runtime/backup-table'
import { every } from '@sleepwell/runtime/every'
import { listen } from '@sleepwell/runtime/http'
import { createLog, errorFields } from '@sleepwell/runtime/log'
import { openPool } from '@sleepwell/runtime/postgres'
import { probe, probePostgres, trustAuthorities } from '@sleepwell/runtime/probe'
import { run, stopRequested } from '@sleepwell/runtime/process'
import { createApp } from './app.ts'
import { findEntries, readKeyStates, readLinkStates } from './audit-table.ts'
import { createAuthenticate } from './authenticate.ts'
import { createCreateMany } from './bulk-create.ts'
import { createKeyChanging } from './change-key.ts'
import { readConfig } from './config.ts'
import { createMutate } from './idempotency.ts'
import { answered, observeConnections, observeOwnBackups, observeOwnProcess } from './indicators.ts'
import { findKey, findPresentedKey, listKeys, touchKey } from './key-table.ts'
import { isLinkOf } from './link-table.ts'
import { linksOnPostgres } from './links-on-postgres.ts'
import { mintSlug } from './mint-slug.ts'
import { openBlocklist } from './open-blocklist.ts'
import { createTakeRequest } from './quota.ts'
import { startJobRunner } from './run-jobs.ts'
import { createShowEntries } from './show-audit.ts'
import { showLink } from './show-link.ts'
import { chores, startUpkeep } from './upkeep.ts'
import { writeHeartbeat } from './upkeep-table.ts'

const log = createLog('link-write')
/** A file of links may take so long to arrive; other bodies have their own limit. */
const uploadMs = 3_600_000

await run(log, async () => {
  const config = readConfig(process.env)
  trustAuthorities(config.CA_FILE)
  await probe('LINKS_URL', () => probePostgres(config.LINKS_URL), log)

  // Closed in reverse: requests under way are answered, then upkeep ends, then the connections go.
  await using open = new AsyncDisposableStack()
  const postgres = open.use(
    openPool({
      url: config.LINKS_URL,
      name: 'link-write',
      max: 10,
      timeoutMs: 1000,
      writes: true,
      log,
    }),
  )
  observeConnections(postgres)
  const list = open.use(await openBlocklist({ ...config, postgres, log }))
  const domains = {
    ...createDomains(config.PUBLIC_URL, config.DOMAINS),
    entryAgainst: list.entryAgainst,
  }
  open.use(
    await startUpkeep(chores(postgres, config.AUDIT_RETENTION_DAYS), {
      intervalMs: 60_000,
      now: () => new Date(),
      log,
    }),
  )

  open.use(
    every(
      1_000,
      () => writeHeartbeat(postgres),
      (error) => log.warn(errorFields(error), 'the replication heartbeat could not be written'),
    ),
  )

  open.use(
    observeOwnBackups({
      read: () => findBackups(postgres),
      failed: (error) => log.warn(errorFields(error), 'the age of backups cannot be read'),
    }),
  )

  const mutate = createMutate(postgres)
  const openApi = readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')
  const createMany = createCreateMany({
    mintSlug,
    show: (link) => showLink(link, domains),
    domains,
  })
  open.use(startJobRunner({ postgres, createMany, domains, log, idleMs: 500 }))
  const app = createApp({
    documents: serveDocuments(openApi),
    ...linksOnPostgres({ postgres, mutate, domains, mintSlug }),
    now: Date.now,
    identify: createAuthenticate({
      findKey: (hash) => findPresentedKey(postgres, hash),
      touchKey: (keyId) => touchKey(postgres, keyId),
      log,
    }),
    takeRequest: createTakeRequest({
      postgres,
      requestsPerMinute: config.RATE_LIMIT_PER_MINUTE,
      log,
    }),
    ...createKeyChanging({ mutate }),
    findEntries: (...asked) => findEntries(postgres, ...asked),
    showEntries: createShowEntries({
      readLinkStates: (states) => readLinkStates(postgres, states),
      readKeyStates: (states) => readKeyStates(postgres, states),
      showLink: (link) => showLink(link, domains),
    }),
    isLinkOf: (ownerId, id) => isLinkOf(postgres, ownerId, id),
    findKey: (ownerId, id) => findKey(postgres, ownerId, id),
    listKeys: (ownerId, limit, after) => listKeys(postgres, ownerId, limit, after),
    answered,
    log,
  })

  open.use(observeOwnProcess())
  let ready = false
  const { HOST: host, PORT, ADMIN_PORT } = config
  const admin = open.use(await listenAdmin({ port: ADMIN_PORT, host, problem, ready: () => ready }))
  // From the first request on, a signal is no longer the end.
  const stop = stopRequested(log)
  const api = open.use(await listen(app, { port: PORT, host, problem, requestMs: uploadMs }))
  ready = true
  log.info({ port: api.port, adminPort: admin.port }, 'listening')
  const hurry = await stop
  ready = false
  await api.leave(config.DRAIN_DELAY_SECONDS * 1000, hurry)
})

import { createDomains } from '@sleepwell/contracts/domain'
import { problem } from '@sleepwell/contracts/problem'
import { listenAdmin } from '@sleepwell/runtime/admin'
import { every } from '@sleepwell/runtime/every'
import { listen } from '@sleepwell/runtime/http'
import { createLog, errorFields } from '@sleepwell/runtime/log'
import { openPool } from '@sleepwell/runtime/postgres'
import { probe, probePostgres, trustAuthorities } from '@sleepwell/runtime/probe'
import { run, stopRequested } from '@sleepwell/runtime/process'
import { createApp } from './app.ts'
import { createAuthenticate } from './authenticate.ts'
import { readConfig } from './config.ts'
import { createCreateLink } from './create-link.ts'
import { createDeleteLink } from './delete-link.ts'
import { createMutate } from './idempotency.ts'
import { answered, observeConnections, observeOwnProcess } from './indicators.ts'
import { findKey, touchKey } from './key-table.ts'
import { findLink, listLinks, type StoredLink } from './link-table.ts'
import { mintSlug } from './mint-slug.ts'
import { showLink } from './show-link.ts'
import { createUpdateLink } from './update-link.ts'
import { chores, startUpkeep } from './upkeep.ts'
import { writeHeartbeat } from './upkeep-table.ts'

const log = createLog('link-write')

await run(log, async () => {
  const config = readConfig(process.env)
  trustAuthorities(config.CA_FILE)
  await probe('LINKS_URL', () => probePostgres(config.LINKS_URL), log)
  const domains = createDomains(config.PUBLIC_URL, config.DOMAINS)

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
  open.use(await startUpkeep(chores(postgres), { intervalMs: 60_000, now: () => new Date(), log }))

  open.use(
    every(
      1_000,
      () => writeHeartbeat(postgres),
      (error) => log.warn(errorFields(error), 'the replication heartbeat could not be written'),
    ),
  )

  const mutate = createMutate(postgres)
  const show = (link: StoredLink) => showLink(link, domains)
  const app = createApp({
    domains,
    now: Date.now,
    identify: createAuthenticate({
      findKey: (hash) => findKey(postgres, hash),
      touchKey: (keyId) => touchKey(postgres, keyId),
      log,
    }),
    createLink: createCreateLink({ mutate, mintSlug, show }),
    findLink: (ownerId, id) => findLink(postgres, ownerId, id),
    listLinks: (ownerId, limit, after) => listLinks(postgres, ownerId, limit, after),
    updateLink: createUpdateLink({ mutate, show }),
    deleteLink: createDeleteLink({ mutate }),
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
  ready = true
  log.info({ port: api.port, adminPort: admin.port }, 'listening')
  const hurry = await stop
  ready = false
  await api.leave(config.DRAIN_DELAY_SECONDS * 1000, hurry)
})

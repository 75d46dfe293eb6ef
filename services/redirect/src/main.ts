import { openClickLog } from '@sleepwell/click-log/open-click-log'
import { createDomains } from '@sleepwell/contracts/domain'
import { problem } from '@sleepwell/contracts/problem'
import { listenAdmin } from '@sleepwell/runtime/admin'
import { createAllowance } from '@sleepwell/runtime/allowance'
import { every } from '@sleepwell/runtime/every'
import { listen } from '@sleepwell/runtime/http'
import { createLog, errorFields } from '@sleepwell/runtime/log'
import { trustAuthorities } from '@sleepwell/runtime/probe'
import { run, stopRequested } from '@sleepwell/runtime/process'
import { rememberAddresses } from '@sleepwell/runtime/remember-addresses'
import { createApp } from './app.ts'
import { newClickId } from './click-id.ts'
import { createClientAddress } from './client-address.ts'
import { readConfig } from './config.ts'
import { openCountries } from './country.ts'
import { createDescribeClick } from './describe-click.ts'
import { createFastLane } from './fast-lane.ts'
import * as indicators from './indicators.ts'
import { createInspect } from './inspect.ts'
import { createLimitScans } from './limit-scans.ts'
import { openLinks } from './links.ts'
import { findVisitorSalts } from './link-table.ts'
import { openOverload, createOverload } from './overload.ts'
import { probeEngines } from './probe-engines.ts'
import { createRecordOrphan } from './record-orphan.ts'
import { createRedirect } from './redirect.ts'
import { openClicks } from './clicks.ts'
import { createVisitorIds } from './visitor-id.ts'
import { openWarmStart } from './warm-start.ts'

/** Until link-write has made the salt of the day, clicks are counted and nobody is unique: so not for long. */
const saltsEveryMs = 1_000

/** Anybody can make slugs up: 10 a second are 250 MB of spool in a day. */
const orphansPerSecond = 10

const log = createLog('redirect')

await run(log, async () => {
  const config = readConfig(process.env)

  // Closed in reverse: visitors are answered to the end, their clicks leave, then the connections go.
  await using open = new AsyncDisposableStack()
  const failed = (error: unknown) => log.error(errorFields(error), 'request failed')

  trustAuthorities(config.CA_FILE)
  rememberAddresses()
  // They answer while the snapshot is read.
  const probed = probeEngines(config, log)
  const earlier = await openWarmStart(config, log)
  await probed(earlier.probeMs)

  // Closed last: how much of the spool is left can be seen for as long as it takes.
  let ready = false
  const { HOST: host, PORT, ADMIN_PORT } = config
  const admin = open.use(await listenAdmin({ port: ADMIN_PORT, host, problem, ready: () => ready }))
  const links = open.use(openLinks(config, log, { earlier }))
  await links.caughtUp(earlier.catchUpMs())
  const clickLog = open.use(openClickLog(config.CLICK_LOG_URL, { log }))
  const clicks = open.use(await openClicks(config, clickLog.publish, log))
  const snapshot = open.use(earlier.keep(links.source, clicks))

  const overload = config.SHEDDING === 'on' ? open.use(openOverload()) : createOverload()
  open.use(indicators.observeOwnProcess())
  indicators.observe({
    standingMs: overload.standingMs,
    cachedLinks: links.cached,
    feedAgeMs: links.feedAgeMs,
    memoryAgeMs: links.memoryAgeMs,
    staleLimitHours: config.STALE_LIMIT_HOURS,
    spoolBytes: clicks.bytes,
    spoolMaxMegabytes: config.SPOOL_MAX_MB,
    unshippedClicks: clicks.unshipped,
    spoolAgeMs: clicks.ageMs,
    lagSeconds: links.databases.lagSeconds,
    breakers: links.breakers,
    databases: links.databases.servers,
    snapshotAgeMs: snapshot.ageMs,
    snapshotLinks: () => earlier.links.size,
  })

  const visitorIds = createVisitorIds(config.VISITOR_KEY)
  open.use(
    every(
      saltsEveryMs,
      async () => visitorIds.use(await links.databases.ask(findVisitorSalts)),
      (error) => log.warn(errorFields(error), 'visitor salts cannot be read'),
    ),
  )
  const clientAddress = createClientAddress(config.TRUSTED_PROXIES)
  const describeClick = createDescribeClick({
    clientAddress,
    visitorId: visitorIds.of,
    country: await openCountries(config.GEOIP_DB),
  })

  const domains = createDomains(config.PUBLIC_URL, config.DOMAINS)
  const asked = {
    domains,
    claimClick: links.claimClick,
    known: links.resolveLink.known,
    remembered: links.resolveLink.remembered,
    find: createLimitScans({
      resolveLink: links.resolveLink,
      clientAddress,
      now: () => performance.now(),
    }),
    overload,
    failed,
    newId: newClickId,
  }
  const redirect = createRedirect({
    ...asked,
    describeClick,
    recordClick: clicks.record,
    recordOrphan: createRecordOrphan({
      allowed: createAllowance(orphansPerSecond, () => performance.now()),
      keep: clicks.recordOrphan,
      kept: indicators.recordOrphan,
    }),
    answered: indicators.recordAnswer,
  })
  const app = createApp({
    destinationsOf: (host) => domains.destinationsOf(domains.ofHost(host)),
    failed,
    newId: newClickId,
  })
  const lane = createFastLane(redirect, createInspect(asked), app)
  // From the first request on, a signal is no longer the end.
  const stop = stopRequested(log)
  const visitors = open.use(
    await listen(lane, {
      port: PORT,
      host,
      problem,
      backlog: config.LISTEN_BACKLOG,
      maxConnections: config.MAX_CONNECTIONS,
      refused: indicators.recordRefusedConnection,
    }),
  )
  ready = true
  log.info({ port: visitors.port, adminPort: admin.port }, 'listening')
  const hurry = await stop
  ready = false
  await visitors.leave(config.DRAIN_DELAY_SECONDS * 1000, hurry)
})

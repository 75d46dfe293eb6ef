import { fileURLToPath } from 'node:url'
import { problem } from '@sleepwell/contracts/problem'
import { listenAdmin } from '@sleepwell/runtime/admin'
import { listen } from '@sleepwell/runtime/http'
import { createLog } from '@sleepwell/runtime/log'
import { run, stopRequested } from '@sleepwell/runtime/process'
import { createApp } from './app.ts'
import { readConfig } from './config.ts'
import { answered, observeOwnProcess, observeStreams, signedIn } from './indicators.ts'
import { createIdentify } from './key-holder.ts'
import { createOneTimeLinks } from './one-time-links.ts'
import { createPassOn } from './pass-on.ts'
import { openReliability } from './open-reliability.ts'
import { servePage } from './serve-page.ts'
import { createSessions } from './session.ts'
import { createAttempts } from './sign-in-attempts.ts'
import { createSignIn } from './sign-in.ts'

/** A file of many links may take its time to arrive, as at link-write itself. */
const uploadMs = 3_600_000

const log = createLog('dashboard')

await run(log, async () => {
  const config = readConfig(process.env)
  const { LINKS_API_URL, REPORTS_API_URL, DASHBOARD_URL, HOST: host, PORT, ADMIN_PORT } = config
  const page = servePage(fileURLToPath(new URL('../dist', import.meta.url)))

  // Closed in reverse: streams are cut off, then requests under way are answered.
  await using open = new AsyncDisposableStack()
  const sessions = createSessions({
    keys: config.SESSION_KEY,
    hours: config.SESSION_HOURS,
    isSecure: DASHBOARD_URL?.startsWith('https:') === true,
    port: PORT,
  })
  const signIn = createSignIn({
    identify: createIdentify({ fetch, links: LINKS_API_URL, reports: REPORTS_API_URL }),
    findLink: createOneTimeLinks(config.SIGN_IN_DIR, Date.now),
    begin: sessions.begin,
    takeAttempt: createAttempts(),
    signedIn,
  })
  const refused = sessions.end
  const links = createPassOn({ origin: LINKS_API_URL, service: 'link-write', refused })
  const reports = createPassOn({ origin: REPORTS_API_URL, service: 'analytics', refused })
  observeStreams(() => links.count() + reports.count())
  const reliability = open.use(openReliability(config, log))
  const app = createApp({
    sessions,
    signIn,
    links,
    reports,
    reliability: reliability.read,
    page,
    dashboardUrl: DASHBOARD_URL,
    trustedProxies: config.TRUSTED_PROXIES,
    answered,
    log,
  })

  open.use(observeOwnProcess())
  let ready = false
  const admin = open.use(await listenAdmin({ port: ADMIN_PORT, host, problem, ready: () => ready }))
  // From the first request on, a signal is no longer the end.
  const stop = stopRequested(log)
  const server = open.use(await listen(app, { port: PORT, host, problem, requestMs: uploadMs }))
  // Cut off before the server drains: those who follow would never leave by themselves.
  open.use(links)
  open.use(reports)
  ready = true
  log.info({ port: server.port, adminPort: admin.port }, 'listening')
  const hurry = await stop
  ready = false
  await server.leave(config.DRAIN_DELAY_SECONDS * 1000, hurry)
})

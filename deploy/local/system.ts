// The whole system on this machine, until Ctrl-C. `npm start` and `npm run stack` differ in the engines below it.
import { accessTo, publishAccess, withdrawAccess } from './access.ts'
import { banner, newSlug } from './banner.ts'
import { exitCodeFor, sentenceFor } from './cannot-start.ts'
import { awaitEarlierLife, holdDirectory, removeData, stopOrphans } from './data-directory.ts'
import { runIn, type OpenEngines } from './engines.ts'
import { demoSettings, fillDemo } from './demo/fill-demo.ts'
import { ensureKey } from './first-key.ts'
import { readOptions, usageOf, type Command, type Options } from './options.ts'
import { checkPorts } from './ports.ts'
import { buildPage } from './page.ts'
import { createSteps } from './progress.ts'
import { openSecrets } from './secrets.ts'
import {
  originOf,
  portsOf,
  serviceProgram,
  services,
  settingsOf,
  type Service,
} from './services.ts'
import { makeSignInLink } from './sign-in-link.ts'
import { listenForStop, untilAborted, type StopRequest } from './stop-request.ts'

const say = (line: string) => console.log(line)

export async function runSystem(command: Command, openEngines: OpenEngines): Promise<void> {
  const request = listenForStop(say)
  let data = ''
  try {
    const options = readOptions(process.argv.slice(2), command)
    if (options === 'help') say(usageOf(command))
    else {
      data = options.data
      await start(options, openEngines, request)
    }
  } catch (error) {
    // What was under way when the stop was requested fails for that reason.
    if (!request.stop.aborted) console.error(sentenceFor(error, data))
    process.exitCode = request.stop.aborted ? 0 : exitCodeFor(error)
  } finally {
    request[Symbol.dispose]()
  }
}

async function start(
  options: Options,
  openEngines: OpenEngines,
  { stop, hurry }: StopRequest,
): Promise<void> {
  const step = createSteps(stop)
  const supervision = { say, hurry }
  // Closed in reverse: dashboard, redirect, link-write, analytics, the engines, and last the lock.
  await using open = new AsyncDisposableStack()

  open.use(await holdDirectory(options.data))
  await awaitEarlierLife(options.data, [...portsOf(options.ports).keys()], say)
  await checkPorts(portsOf(options.ports))
  if (options.fresh) await removeData(options.data)
  await stopOrphans(options.data)
  withdrawAccess(options.data)
  const secrets = openSecrets(options.data)
  const page = buildPage()
  page.catch(() => {}) // who waits for it hears of it

  const engines = await openEngines({ options, secrets, supervision, open, stop, step })
  const runService = (
    service: Service,
    more: Readonly<Record<string, string>> = {},
    until: AsyncDisposableStack = open,
  ) => {
    const settings = { ...settingsOf(service, options, secrets, engines), ...more }
    return runIn(until, serviceProgram(service, settings, options.watch), supervision)
  }
  const findKey = () =>
    ensureKey(options.data, originOf('link-write', options), engines.urlOf('links', 'link_write'))
  if (options.demo)
    await step('Demonstration', async () => {
      // By services that nobody measures: clicks of the last month are late by design.
      await using filling = open.use(new AsyncDisposableStack())
      await Promise.all([
        runService('analytics', demoSettings, filling),
        runService('link-write', {}, filling),
      ])
      const access = accessTo(options, await findKey(), engines.places)
      const clickLogUrl = engines.settings.redirect?.CLICK_LOG_URL ?? ''
      await fillDemo({ access, clickLogUrl, say, stop })
    })
  await step('Services', async () => {
    const started = services.toReversed().flatMap((service) => {
      if (service === 'dashboard') return []
      if (service === 'link-write') open.defer(engines.lastClicks) // between analytics and redirect
      return runService(service)
    })
    await Promise.all(started)
  })
  const apiKey = await step('API key', findKey)
  const watching: Readonly<Record<string, string>> =
    engines.monitor === undefined
      ? {}
      : await step('Prometheus, Alertmanager and exporters', engines.monitor)
  await step('Dashboard', async () => {
    await page
    const { Prometheus } = watching
    await runService('dashboard', Prometheus === undefined ? {} : { PROMETHEUS_URL: Prometheus })
  })
  const access = accessTo(options, apiKey, { ...engines.places, ...watching })
  const signIn = makeSignInLink(options.data, apiKey, access.dashboard)
  publishAccess(options.data, access)
  say(banner(access, signIn, newSlug(), performance.now() / 1000))
  await untilAborted(stop)
}

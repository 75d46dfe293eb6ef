// The whole system on this machine, until Ctrl-C. `npm start` and `npm run stack` differ in the engines below it.
import { accessTo, publishAccess, withdrawAccess } from './access.ts'
import { banner, newSlug } from './banner.ts'
import { exitCodeFor, sentenceFor } from './cannot-start.ts'
import { awaitEarlierLife, holdDirectory, removeData, stopOrphans } from './data-directory.ts'
import { runIn, type OpenEngines } from './engines.ts'
import { ensureKey } from './first-key.ts'
import { readOptions, usageOf, type Command, type Options } from './options.ts'
import { checkPorts } from './ports.ts'
import { createSteps } from './progress.ts'
import { openSecrets } from './secrets.ts'
import { originOf, portsOf, serviceProgram, services, settingsOf } from './services.ts'
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
  // Closed in reverse: redirect, link-write, analytics, the engines, and last the lock.
  await using open = new AsyncDisposableStack()

  open.use(await holdDirectory(options.data))
  await awaitEarlierLife(options.data, [...portsOf(options.ports).keys()], say)
  await checkPorts(portsOf(options.ports))
  if (options.fresh) await removeData(options.data)
  await stopOrphans(options.data)
  withdrawAccess(options.data)
  const secrets = openSecrets(options.data)

  const engines = await openEngines({ options, secrets, supervision, open, stop, step })
  await step('Services', async () => {
    const started = services.toReversed().map((service) => {
      if (service === 'link-write') open.defer(engines.lastClicks) // between analytics and redirect
      const settings = settingsOf(service, options, secrets, engines)
      return runIn(open, serviceProgram(service, settings, options.watch), supervision)
    })
    await Promise.all(started)
  })
  const watching =
    engines.monitor === undefined
      ? {}
      : await step('Prometheus, Alertmanager and exporters', engines.monitor)
  const apiKey = await step('API key', () =>
    ensureKey(
      options.data,
      secrets,
      originOf('link-write', options.ports),
      engines.urlOf('links', 'link_write'),
    ),
  )
  const access = accessTo(options.ports, apiKey, { ...engines.places, ...watching })
  publishAccess(options.data, access)
  say(banner(access, newSlug(), performance.now() / 1000))
  await untilAborted(stop)
}

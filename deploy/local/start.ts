// `npm start`: the whole system on this machine, until Ctrl-C.
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { accessTo, publishAccess, withdrawAccess } from './access.ts'
import { banner, newSlug } from './banner.ts'
import { exitCodeFor, sentenceFor } from './cannot-start.ts'
import { awaitEarlierLife, holdDirectory, removeData } from './data-directory.ts'
import { prepareDatabases } from './databases.ts'
import { ensureKey } from './first-key.ts'
import { readOptions, usage, type Options } from './options.ts'
import { checkPorts } from './ports.ts'
import { preparePostgres } from './postgres.ts'
import { createSteps } from './progress.ts'
import { openSecrets } from './secrets.ts'
import { originOf, portsOf, serviceProgram, services, settingsOf } from './services.ts'
import { listenForStop, untilAborted, type StopRequest } from './stop-request.ts'
import { supervise } from './supervise.ts'

/** What analytics may still read of the clicks that the redirect has just shipped; the rest keeps until the next start. */
const lastClicksMs = 500

const say = (line: string) => console.log(line)
const request = listenForStop(say)
let data = ''
try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') say(usage)
  else {
    data = options.data
    await start(options, request)
  }
} catch (error) {
  // What was under way when the stop was requested fails for that reason.
  if (!request.stop.aborted) console.error(sentenceFor(error, data))
  process.exitCode = request.stop.aborted ? 0 : exitCodeFor(error)
} finally {
  request[Symbol.dispose]()
}

async function start(options: Options, { stop, hurry }: StopRequest): Promise<void> {
  const step = createSteps(stop)
  const supervision = { say, hurry }
  // Closed in reverse: redirect, link-write, analytics, Postgres, and last the lock.
  await using open = new AsyncDisposableStack()

  open.use(await holdDirectory(options.data))
  await awaitEarlierLife(options.data, [...portsOf(options.ports).keys()], say)
  await checkPorts(portsOf(options.ports))
  if (options.fresh) await removeData(options.data)
  withdrawAccess(options.data)
  const secrets = openSecrets(options.data)

  const postgres = await step('Postgres', async () => {
    const program = await preparePostgres({
      directory: join(options.data, 'postgres'),
      password: secrets.postgres,
    })
    await open.use(supervise(program, supervision)).ready
    return program
  })
  const urlOf = await step('Databases', () =>
    prepareDatabases(postgres.url, (role) => secrets.passwords[role]),
  )
  await step('Services', async () => {
    const started = services.toReversed().map((service) => {
      if (service === 'link-write') open.defer(() => sleep(lastClicksMs)) // between analytics and redirect
      const settings = settingsOf(service, options, secrets, urlOf)
      return open.use(supervise(serviceProgram(service, settings, options.watch), supervision))
    })
    await Promise.all(started.map((one) => one.ready))
  })
  const apiKey = await step('API key', () =>
    ensureKey(
      options.data,
      secrets,
      originOf('link-write', options.ports),
      urlOf('links', 'link_write'),
    ),
  )
  const access = accessTo(options.ports, apiKey)
  publishAccess(options.data, access)
  say(banner(access, newSlug(), performance.now() / 1000))
  await untilAborted(stop)
}

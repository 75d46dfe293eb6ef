import type { Client } from '@sleepwell/client/client'
import { SleepwellError } from '@sleepwell/client/sleepwell-error'
import { Command } from 'commander'
import { contextOf, type World } from './context.ts'
import { isUnreachable } from './exit-code.ts'
import { examine, type Finding } from './diagnosis.ts'
import { readMetrics, type Samples } from './metrics.ts'

const timeoutMs = 3_000

export function doctorCommand(world: World): Command {
  const doctor = new Command('doctor')
    .description('what every service says of itself and of what it depends on, with advice')
    .option(
      '--admin <origins>',
      'of the admin ports, with commas between them; also SLEEPWELL_ADMIN',
    )
    .action(async ({ admin }: { admin?: string }) => {
      const { settings, client, list, fail } = contextOf(doctor, world, { keyless: true })
      const origins = admin?.split(',') ?? settings.admin
      const findings = [
        ...(await Promise.all(origins.map(askProcess))).flat(),
        await ask('link-write', settings.links, () => client.listLinks({ limit: 1 })),
        await ask('analytics', settings.reports, () => client.reportClicks()),
        ...(await askBooks(client)),
      ]
      list(findings, [
        { name: 'where', of: ({ where }) => where },
        { name: 'what', of: ({ what }) => what },
        { name: 'state', of: ({ state }) => state },
        { name: 'advice', of: ({ advice }) => advice },
      ])
      if (findings.some(({ state }) => state === 'down')) fail(3)
      else if (findings.some(({ state }) => state === 'bad')) fail(1)
    })
  return doctor
}

async function askProcess(origin: string): Promise<Finding[]> {
  const metrics = await fetchText(`${origin}/metrics`)
  if (metrics === undefined)
    return [
      {
        where: origin,
        what: 'process',
        state: 'down',
        advice:
          'It does not answer on its admin port: is it running, and can it be reached from here?',
      },
    ]
  const samples: Samples = readMetrics(metrics.text)
  const ready = await fetchText(`${origin}/readyz`)
  return examine(origin, samples, ready?.status === 200, Date.now() / 1000)
}

async function fetchText(url: string): Promise<{ status: number; text: string } | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    return { status: answer.status, text: await answer.text() }
  } catch {
    return undefined
  }
}

async function ask(where: string, origin: string, call: () => Promise<unknown>): Promise<Finding> {
  const what = `API at ${origin}`
  try {
    await call()
    return { where, what, state: 'good', advice: '' }
  } catch (error) {
    if (!(error instanceof SleepwellError)) throw error
    const { code } = error
    // Of a key that may do something else nothing is wrong.
    if (code === 'forbidden')
      return { where, what, state: 'good', advice: 'the key may not read it' }
    if (code === 'unexpected_answer' && isUnreachable(error))
      return { where, what, state: 'down', advice: `${error.message}. ${behindProxy}` }
    const state = isUnreachable(error) ? 'down' : 'bad'
    return { where, what, state, advice: advised[code] ?? error.message }
  }
}

const behindProxy = 'Only a proxy answers there: is the service running behind it?'
const advised: Readonly<Record<string, string>> = {
  unreachable: 'Nobody listens there: is the address right, is the service running?',
  timeout: 'It does not answer in time: see its process above, and the database that it waits for.',
  unauthenticated: 'It does not know this key: `sleepwell login`, or SLEEPWELL_API_KEY.',
  key_expired: 'This key has expired: make another.',
  unavailable: 'It answers, but its database does not.',
}

async function askBooks(client: Client): Promise<Finding[]> {
  try {
    const { totals } = await client.readLedger()
    const bad = totals.difference > 0
    const advice = bad
      ? 'Clicks that were on the click log are not counted: `sleepwell ledger`, docs/runbooks.'
      : totals.lost > 0
        ? `${totals.lost} clicks never came from spools that have ended: \`sleepwell spool ship\`.`
        : ''
    return [{ where: 'analytics', what: 'ledger', state: bad ? 'bad' : 'good', advice }]
  } catch (error) {
    // It takes a key with admin; and what else fails was said above.
    if (error instanceof SleepwellError) return []
    throw error
  }
}

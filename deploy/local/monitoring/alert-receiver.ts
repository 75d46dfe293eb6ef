// Where Alertmanager delivers on this machine: pages and tickets, each into a file of its own and onto the screen.
import { appendFileSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { host } from '../ports.ts'

const kinds = ['page', 'ticket', 'watchdog'] as const
export type Kind = (typeof kinds)[number]

const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  startsAt: z.string(),
  endsAt: z.string(),
  fingerprint: z.string(),
})
type Alert = z.infer<typeof Alert>
const Notification = z.object({ alerts: z.array(Alert) })

/** A line of `pages.ndjson` or `tickets.ndjson`. */
export interface Delivered extends Alert {
  readonly receivedAt: string
}

export interface AlertReceiver extends AsyncDisposable {
  readonly urls: Readonly<Record<Kind, string>>
}

export interface AlertReceiverOptions {
  /** Made if absent. */
  readonly directory: string
  readonly say: (line: string) => void
  /** Whoever has not heard of the watchdog for so long, wakes somebody. From its first word on. */
  readonly watchdogMs: number
}

export async function openAlertReceiver(options: AlertReceiverOptions): Promise<AlertReceiver> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 })
  // What was said last of an alert: Alertmanager repeats all of a group when one of it changes.
  const last = new Map<string, string>()
  const deliver = (kind: Kind, alert: Alert) => {
    const said = `${alert.status} ${alert.startsAt}`
    if (last.get(`${kind} ${alert.fingerprint}`) === said) return
    last.set(`${kind} ${alert.fingerprint}`, said)
    const delivered: Delivered = { receivedAt: new Date().toISOString(), ...alert }
    appendFileSync(join(options.directory, `${kind}s.ndjson`), `${JSON.stringify(delivered)}\n`)
    if (kind !== 'watchdog') options.say(sentence(kind, alert))
  }
  const deadMansSwitch = openDeadMansSwitch(options.watchdogMs, (alert) => deliver('page', alert))
  const receive = (kind: Kind, body: string) => {
    const { alerts } = Notification.parse(JSON.parse(body))
    if (kind === 'watchdog') deadMansSwitch.alive()
    for (const alert of alerts) deliver(kind, alert)
  }
  const server = createServer((req, res) => {
    const kind = kinds.find((known) => req.url === `/${known}`)
    if (req.method !== 'POST' || kind === undefined) return res.writeHead(404).end()
    return void text(req)
      .then((body) => receive(kind, body))
      .then(
        () => res.writeHead(204).end(),
        () => res.writeHead(400).end(),
      )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const urlOf = (kind: Kind) => `http://${host}:${port}/${kind}`
  return {
    urls: { page: urlOf('page'), ticket: urlOf('ticket'), watchdog: urlOf('watchdog') },
    [Symbol.asyncDispose]: async () => {
      deadMansSwitch[Symbol.dispose]()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Pages when the alert that always fires no longer arrives: then no other one can arrive either. */
function openDeadMansSwitch(limitMs: number, page: (alert: Alert) => void) {
  let silent: { readonly startsAt: string } | undefined
  let timer: NodeJS.Timeout | undefined
  const say = (status: Alert['status'], startsAt: string, endsAt: string) => {
    page({
      status,
      labels: { alertname: 'WatchdogSilent', severity: 'page', service: 'platform' },
      annotations: {
        summary: 'Prometheus or Alertmanager delivers nothing any more',
        runbook: 'docs/runbooks/Watchdog.md',
      },
      startsAt,
      endsAt,
      fingerprint: 'watchdog-silent',
    })
  }
  const silence = () => {
    silent = { startsAt: new Date().toISOString() }
    say('firing', silent.startsAt, '0001-01-01T00:00:00Z')
  }
  return {
    alive: () => {
      clearTimeout(timer)
      timer = setTimeout(silence, limitMs).unref()
      if (silent !== undefined) say('resolved', silent.startsAt, new Date().toISOString())
      silent = undefined
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}

function sentence(kind: Kind, { status, labels, annotations }: Alert): string {
  const what = `${labels.alertname}: ${annotations.summary ?? ''}`
  if (status === 'resolved') return `Over: ${what}`
  return `${kind === 'page' ? 'PAGE' : 'Ticket'}: ${what} (${annotations.runbook ?? 'no runbook'})`
}

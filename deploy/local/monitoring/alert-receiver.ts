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
const Notification = z.object({ alerts: z.array(Alert) })

/** A line of `pages.ndjson` or `tickets.ndjson`. */
export interface Delivered extends z.infer<typeof Alert> {
  readonly receivedAt: string
}

export interface AlertReceiver extends AsyncDisposable {
  readonly urls: Readonly<Record<Kind, string>>
}

export interface AlertReceiverOptions {
  /** Made if absent. */
  readonly directory: string
  readonly say: (line: string) => void
}

export async function openAlertReceiver(options: AlertReceiverOptions): Promise<AlertReceiver> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 })
  // What was said last of an alert: Alertmanager repeats all of a group when one of it changes.
  const last = new Map<string, string>()
  const receive = (kind: Kind, body: string) => {
    for (const alert of Notification.parse(JSON.parse(body)).alerts) {
      const said = `${alert.status} ${alert.startsAt}`
      if (last.get(`${kind} ${alert.fingerprint}`) === said) continue
      last.set(`${kind} ${alert.fingerprint}`, said)
      const delivered: Delivered = { receivedAt: new Date().toISOString(), ...alert }
      appendFileSync(join(options.directory, `${kind}s.ndjson`), `${JSON.stringify(delivered)}\n`)
      if (kind !== 'watchdog') options.say(sentence(kind, alert))
    }
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
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function sentence(kind: Kind, { status, labels, annotations }: z.infer<typeof Alert>): string {
  const what = `${labels.alertname}: ${annotations.summary ?? ''}`
  if (status === 'resolved') return `Over: ${what}`
  return `${kind === 'page' ? 'PAGE' : 'Ticket'}: ${what} (${annotations.runbook ?? 'no runbook'})`
}

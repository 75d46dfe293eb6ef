import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Delivered, openAlertReceiver } from './alert-receiver.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sleepwell-alerts-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const alert = (alertname: string, status: 'firing' | 'resolved' = 'firing') => ({
  status,
  labels: { alertname },
  annotations: { summary: `${alertname} it is`, runbook: `docs/runbooks/${alertname}.md` },
  startsAt: '2026-01-01T00:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: alertname,
})

test('pages and tickets are kept apart and told once, also when they are over', async () => {
  const said: string[] = []
  await using receiver = await openAlertReceiver({
    directory,
    say: (line) => said.push(line),
    watchdogMs: 60_000,
  })
  await send(receiver.urls.page, [alert('RedirectErrors')])
  await send(receiver.urls.ticket, [alert('SpoolOld')])
  // A group is repeated as a whole.
  await send(receiver.urls.page, [alert('RedirectErrors'), alert('RedirectSlow')])
  await send(receiver.urls.page, [alert('RedirectErrors', 'resolved')])
  await send(receiver.urls.watchdog, [alert('Watchdog')])
  expect(said).toEqual([
    'PAGE: RedirectErrors: RedirectErrors it is (docs/runbooks/RedirectErrors.md)',
    'Ticket: SpoolOld: SpoolOld it is (docs/runbooks/SpoolOld.md)',
    'PAGE: RedirectSlow: RedirectSlow it is (docs/runbooks/RedirectSlow.md)',
    'Over: RedirectErrors: RedirectErrors it is',
  ])
  expect(kept('pages')).toEqual(['RedirectErrors', 'RedirectSlow', 'RedirectErrors'])
  expect(kept('tickets')).toEqual(['SpoolOld'])
  expect(kept('watchdogs')).toEqual(['Watchdog'])
})

test('a watchdog that falls silent wakes somebody, and so does no other one', async () => {
  const said: string[] = []
  const heard = () => said.map((line) => line.split(':', 2).join(':'))
  await using receiver = await openAlertReceiver({
    directory,
    say: (line) => said.push(line),
    watchdogMs: 50,
  })
  await send(receiver.urls.page, [alert('RedirectErrors')])
  await sleep(150) // It has not been heard of yet: Prometheus is only starting.
  expect(heard()).toEqual(['PAGE: RedirectErrors'])
  await send(receiver.urls.watchdog, [alert('Watchdog')])
  while (said.length < 2) await sleep(10)
  await send(receiver.urls.watchdog, [alert('Watchdog')])
  expect(heard().slice(1, 3)).toEqual(['PAGE: WatchdogSilent', 'Over: WatchdogSilent'])
  expect(kept('pages').slice(0, 3)).toEqual(['RedirectErrors', 'WatchdogSilent', 'WatchdogSilent'])
})

test('what is no notification is refused, and nothing is kept of it', async () => {
  await using receiver = await openAlertReceiver({ directory, say: () => {}, watchdogMs: 60_000 })
  const { page } = receiver.urls
  expect((await fetch(page, { method: 'POST', body: '{"alerts":[{}]}' })).status).toBe(400)
  expect((await fetch(page)).status).toBe(404)
  expect(() => kept('pages')).toThrow('ENOENT')
})

async function send(url: string, alerts: readonly object[]): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ alerts }) })
  expect(answer.status).toBe(204)
}

function kept(kind: string): (string | undefined)[] {
  const lines = readFileSync(join(directory, `${kind}.ndjson`), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => (JSON.parse(line) as Delivered).labels.alertname)
}

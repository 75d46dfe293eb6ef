// That reports are late is for office hours, at whatever hour it happens; a page is for every hour. By a real Alertmanager.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { alertmanagerConfig, type TimeInterval } from '@sleepwell/deploy-slo/alertmanager'
import { freePort, host } from '../ports.ts'
import { supervise } from '../supervise.ts'
import { type Delivered, openAlertReceiver } from './alert-receiver.ts'
import { httpProgram } from './http-program.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sleepwell-office-hours-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const hourMs = 3_600_000
const late = { alertname: 'ConsumerStalled', severity: 'ticket', service: 'analytics' }
const other = { alertname: 'RedirectTrafficSpike', severity: 'ticket', service: 'redirect' }
const page = { alertname: 'RedirectErrors', severity: 'page', service: 'redirect' }

test('at night a late report is nobody’s business, and all else is somebody’s', async () => {
  await using alertmanager = await startAlertmanager(anotherTimeOfDay())
  await alertmanager.send([late, other, page])
  await alertmanager.until('tickets', 'RedirectTrafficSpike')
  await alertmanager.until('pages', 'RedirectErrors')
  await alertmanager.passed('ticket', 'ConsumerStalled')
  expect(alertmanager.heard('tickets')).toEqual(['RedirectTrafficSpike'])
  expect(alertmanager.heard('pages')).toEqual(['RedirectErrors'])
})

test('by day it is a ticket, and no page', async () => {
  await using alertmanager = await startAlertmanager([{}])
  await alertmanager.send([late])
  await alertmanager.until('tickets', 'ConsumerStalled')
  expect(alertmanager.heard('pages')).toEqual([])
})

/** Three hours that are neither now nor soon. */
function anotherTimeOfDay(): TimeInterval[] {
  const now = new Date()
  const at = (hours: number) =>
    new Date(now.getTime() + hours * hourMs).toISOString().slice(11, 14).concat('00')
  const [start, end] = [at(6), at(9)]
  // An interval ends on the day on which it began.
  const times =
    start < end
      ? [{ start_time: start, end_time: end }]
      : [
          { start_time: start, end_time: '24:00' },
          ...(end === '00:00' ? [] : [{ start_time: '00:00', end_time: end }]),
        ]
  return [{ times }]
}

async function startAlertmanager(officeHours: readonly TimeInterval[]) {
  await using open = new AsyncDisposableStack()
  const alerts = join(directory, 'alerts')
  const receiver = open.use(
    await openAlertReceiver({ directory: alerts, say: () => {}, watchdogMs: 60_000 }),
  )
  const config = join(directory, 'alertmanager.yml')
  writeFileSync(config, alertmanagerConfig({ urls: receiver.urls, timeScale: 60, officeHours }))
  const url = `http://${host}:${await freePort()}`
  const program = httpProgram({
    name: 'Alertmanager',
    words: [
      'prometheus-alertmanager',
      `--config.file=${config}`,
      `--storage.path=${join(directory, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
      '--cluster.listen-address=',
    ],
    readyUrl: `${url}/-/ready`,
  })
  await open.use(supervise(program, { say: () => {}, hurry: new AbortController().signal })).ready
  const closing = open.move()
  const heard = (kind: 'pages' | 'tickets') => {
    try {
      const lines = readFileSync(join(alerts, `${kind}.ndjson`), 'utf8')
        .trim()
        .split('\n')
      return lines.map((line) => (JSON.parse(line) as Delivered).labels.alertname)
    } catch {
      return []
    }
  }
  return {
    heard,
    send: async (all: readonly Record<string, string>[]) => {
      const body = JSON.stringify(all.map((labels) => ({ labels, annotations: {} })))
      const headers = { 'Content-Type': 'application/json' }
      const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body })
      expect(answer.status).toBe(200)
    },
    until: async (kind: 'pages' | 'tickets', name: string) => {
      while (!heard(kind).includes(name)) await sleep(20)
    },
    /** Alertmanager knows of it, for this receiver, and has had the time to tell it three times. */
    passed: async (receiver: string, name: string) => {
      const answer = await fetch(
        `${url}/api/v2/alerts?receiver=${receiver}&filter=alertname=${name}`,
      )
      expect(await answer.json()).toHaveLength(1)
      await sleep(3 * 500)
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

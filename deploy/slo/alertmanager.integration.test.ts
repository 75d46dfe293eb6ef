import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { alerts } from './rules.ts'

const config = fileURLToPath(new URL('../alertmanager/alertmanager.yml', import.meta.url))
const run = promisify(execFile)

test('Alertmanager can read what is generated for it', async () => {
  const { stdout } = await run('amtool', ['check-config', config])
  expect(stdout).toContain('SUCCESS')
})

test.each([
  ['page', { alertname: 'RedirectErrors', severity: 'page', service: 'redirect' }],
  ['page', { alertname: 'RedirectAvailabilityBurn', severity: 'page', service: 'redirect' }],
  ['page', { alertname: 'LinkWriteErrors', severity: 'page', service: 'link-write' }],
  // The risk to lose clicks wakes somebody, whoever's they are.
  ['page', { alertname: 'ClicksNearRetention', severity: 'page', service: 'analytics' }],
  ['page', { alertname: 'LedgerDifference', severity: 'page', service: 'analytics' }],
  ['ticket', { alertname: 'ConsumerStalled', severity: 'ticket', service: 'analytics' }],
  ['ticket', { alertname: 'ClickFreshnessBurn', severity: 'ticket', service: 'analytics' }],
  ['ticket', { alertname: 'RedirectTrafficSpike', severity: 'ticket', service: 'redirect' }],
  ['watchdog', { alertname: 'Watchdog', severity: 'none', service: 'platform' }],
  // One that nobody has thought of is at least not lost.
  ['ticket', { alertname: 'Unheard' }],
])('%s: %j', async (receiver, labels) => {
  const words = Object.entries(labels).map(([name, value]) => `${name}=${value}`)
  const { stdout } = await run('amtool', [
    'config',
    'routes',
    'test',
    `--config.file=${config}`,
    ...words,
  ])
  expect(stdout.trim()).toBe(receiver)
})

test('no alert about the delay of reports can page', async () => {
  const delay = alerts.filter(
    ({ service, why }) => service === 'analytics' && !/lost|vanished|deleted/u.test(why),
  )
  expect(delay.length).toBeGreaterThan(1)
  expect(delay.map(({ severity }) => severity)).not.toContain('page')
})

// The owner's alerts, live: each fault is real, in the stack, with shortened time; and what nearly is one tells nobody.
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { dashboards } from '@sleepwell/deploy-slo/dashboards/all'
import { full } from '@sleepwell/testing/fault-run'
import { answerPanels } from './answer-panels.ts'
import { drawDashboard } from './draw-dashboard.ts'
import { recordDelivery } from './record-delivery.ts'
import { startTraffic, type Traffic } from '../traffic.ts'
import { beginBackups } from '../../begin-backups.ts'
import {
  blockConsumers,
  fillRedis,
  freeze,
  keepCalling,
  keepKilling,
  keepLocking,
  signIn,
} from '../../strikes.ts'
import {
  hotSlug,
  type Receiver,
  startWatchedStack,
  type WatchedStack,
} from '../../watched-stack.ts'

jest.setTimeout(120_000)

const usualPerSecond = 20
/** Longer than a redirect may take, and shorter than a claim waits here. */
const lockedSeconds = 0.6
const pictures = fileURLToPath(new URL('../../../docs/dashboards/', import.meta.url))
/** By uid: those with a picture in the documents. */
const drawn = new Set(['slo', 'redirect'])
const begunAt = Date.now()
let stack: WatchedStack
let usual: Traffic
let cookie: string

beforeAll(async () => {
  // Who waits for a row must get it, late; and a busy machine must turn nobody away.
  const env = { REPLICA_TIMEOUT_MS: '1000', LINKS_TIMEOUT_MS: '1500', SHEDDING: 'off' }
  stack = await startWatchedStack({ env })
  usual = visitors(usualPerSecond)
  cookie = await signIn(stack.system)
  await using _calls = keepCalling(stack.system, cookie, 1)
  await stack.pass(20) // until it is known what is usual
})
afterAll(async () => {
  await usual.stop()
  await stack[Symbol.asyncDispose]()
})

test('near misses tell nobody', async () => {
  const since = new Date()
  const { system, ask } = stack
  {
    await using open = new AsyncDisposableStack()
    open.use(keepLocking(system, stack.limitedSlug, lockedSeconds))
    open.use(visitors(4 * usualPerSecond))
    open.use(visitors(0.5, () => stack.limitedSlug)) // one of 200
    open.use(visitors(usualPerSecond, () => 'nobody-has-this')) // 404s are no errors
    open.use(await fillRedis(system, 0.7))
    {
      await using _blocked = blockConsumers(system)
      await stack.pass(4)
    }
    await stack.pass(8)
    // They were near.
    expect(await ask(slowShare)).toBeGreaterThan(0.001)
    expect(await ask('redirect:visits:rate5m / redirect:visits:usual')).toBeGreaterThan(2)
    expect(await ask(redisShare)).toBeGreaterThan(0.6)
    expect(await ask('sum(rate(redirect_requests_total{outcome="absent"}[10s]))')).toBeGreaterThan(
      10,
    )
  }
  {
    await using _frozen = freeze(system, 'redirect')
    await stack.pass(1)
  }
  await stack.pass(5)
  expect(stack.heard('page', since)).toEqual([])
  const required = ['RedirectTrafficSpike', 'RedisMemoryHigh', 'ConsumerStalled']
  expect(stack.heard('ticket', since).filter((name) => required.includes(name))).toEqual([])
})

test('ten times the visits, a full Redis and a blocked consumer are tickets; the pager is silent', async () => {
  const since = new Date()
  const many = 20 * ((await stack.ask('redirect:visits:usual')) ?? Number.NaN)
  await Promise.all([
    deliver('RedirectTrafficSpike', 'ticket', 'Visitors come at twenty times the usual rate.', () =>
      visitors(many),
    ),
    deliver('RedisMemoryHigh', 'ticket', 'Redis is filled to 90 % of its limit.', () =>
      fillRedis(stack.system, 0.9),
    ),
    deliver(
      'ConsumerStalled',
      'ticket',
      'The table of clicks is locked: no consumer can store.',
      () => blockConsumers(stack.system),
    ),
  ])
  expect(stack.heard('page', since)).toEqual([])
})

test('analytics gone is a ticket; the pager is silent', async () => {
  const since = new Date()
  await deliver('AnalyticsAbsent', 'ticket', 'analytics is frozen (SIGSTOP).', () =>
    freeze(stack.system, 'analytics'),
  )
  expect(stack.heard('page', since)).toEqual([])
})

test('slow redirects page', async () => {
  const since = new Date()
  await deliver(
    'RedirectSlow',
    'page',
    'The row that counts the redirects of a link with maxClicks is locked for 600 ms, again and again; one visitor of ten follows that link.',
    () => {
      const open = new AsyncDisposableStack()
      open.use(keepLocking(stack.system, stack.limitedSlug, lockedSeconds))
      open.use(visitors(0.1 * usualPerSecond, () => stack.limitedSlug))
      return open
    },
  )
  expect(others(since, 'RedirectSlow', 'RedirectLatencyBurn')).toEqual([])
})

test('all stores gone page once: for redirects, not also for writes', async () => {
  const since = new Date()
  await deliver(
    'RedirectErrors',
    'page',
    'Primary, replica and Redis are frozen (SIGSTOP); one visitor of ten asks for a link that memory does not hold.',
    () => {
      const open = new AsyncDisposableStack()
      open.use(freeze(stack.system, 'postgres', 'postgres-replica', 'redis'))
      open.use(visitors(0.1 * usualPerSecond, stack.coldSlug))
      open.use(keepCalling(stack.system, cookie, 5))
      return open
    },
    () => firing('LinkWriteErrors'),
  )
  expect(others(since, 'RedirectErrors', 'RedirectAvailabilityBurn')).toEqual([])
})

test('no visitors page', async () => {
  const since = new Date()
  await deliver('RedirectTrafficCeased', 'page', 'Nobody comes any more.', async () => {
    await usual.stop()
    return { [Symbol.asyncDispose]: async () => void (usual = visitors(usualPerSecond)) }
  })
  expect(others(since, 'RedirectTrafficCeased')).toEqual([])
})

test('no redirect process pages once', async () => {
  const since = new Date()
  await deliver(
    'RedirectTrafficAbsent',
    'page',
    'Every redirect process is killed (SIGKILL), again and again.',
    () => keepKilling(stack.system, 'redirect'),
  )
  expect(others(since, 'RedirectTrafficAbsent', 'RedirectReachabilityBurn')).toEqual([])
})

test('a Prometheus that has stopped is noticed by whoever waits for its watchdog', async () => {
  const since = new Date()
  // Of earlier faults: Alertmanager forgets them, and may then hear of one before what silences it.
  const already = await firingNow()
  await deliver('WatchdogSilent', 'page', 'Prometheus is frozen (SIGSTOP).', () =>
    freeze(stack.system, 'prometheus'),
  )
  expect(others(since, 'WatchdogSilent', ...already)).toEqual([])
})

test('every panel of every dashboard has something to show of all that', async () => {
  await beginBackups(stack.system)
  const archived = 'count(database_archive_age_seconds)'
  while ((await stack.ask(archived)) !== 2) await sleep(200)
  const prometheus = stack.system.access.engines.Prometheus ?? ''
  const empty: string[] = []
  for (const dashboard of dashboards) {
    const answers = await answerPanels(dashboard, prometheus, begunAt / 1000, Date.now() / 1000)
    const panels = dashboard.rows.flatMap(({ panels }) => panels)
    for (const panel of panels)
      if (answers.of(panel).length === 0) empty.push(`${dashboard.title}: ${panel.title}`)
    if (full && drawn.has(dashboard.uid))
      writeFileSync(`${pictures}${dashboard.uid}.svg`, drawDashboard(dashboard, answers))
  }
  expect(empty).toEqual([])
})

/** From the strike until the receiver has heard of it, and from its end until it has heard of that. */
async function deliver(
  alert: string,
  receiver: Receiver,
  description: string,
  strike: () => AsyncDisposable | Promise<AsyncDisposable>,
  alsoUntil: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const struckAt = new Date()
  const fault = await strike()
  let deliveredAt: Date
  let mendedAt: Date
  try {
    deliveredAt = await stack.told(receiver, alert, 'firing', struckAt)
    await alsoUntil()
  } finally {
    mendedAt = new Date() // Before it is mended: what thaws may be heard of before all of it is thawed.
    await fault[Symbol.asyncDispose]()
  }
  const resolvedAt = await stack.told(receiver, alert, 'resolved', mendedAt)
  const other = receiver === 'page' ? 'ticket' : 'page'
  expect(stack.heard(other, struckAt)).not.toContain(alert)
  recordDelivery(alert, receiver, description, { struckAt, deliveredAt, mendedAt, resolvedAt })
}

/** Pages that nobody expects. */
function others(since: Date, ...expected: readonly string[]): string[] {
  return stack.heard('page', since).filter((name) => !expected.includes(name))
}

async function firingNow(): Promise<string[]> {
  const answer = await fetch(`${stack.system.access.engines.Prometheus}/api/v1/alerts`)
  const { data } = (await answer.json()) as {
    data: { alerts: readonly { state: string; labels: { alertname: string } }[] }
  }
  return data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname)
}

async function firing(alert: string): Promise<void> {
  while (!(await firingNow()).includes(alert)) await sleep(200)
}

function visitors(perSecond: number, slug: () => string = () => hotSlug): Traffic {
  return startTraffic(stack.system.access.redirect, perSecond, () => ({
    slug: slug(),
    right: () => true,
  }))
}

/** Of the last ten visits of the limited link, two in three wait for so long. */
const slowShare =
  '1 - sum(rate(redirect_duration_seconds_bucket{le="0.2"}[20s])) / sum(rate(redirect_duration_seconds_count[20s]))'
const redisShare = 'max(redis_memory_used_bytes / (redis_memory_max_bytes > 0))'

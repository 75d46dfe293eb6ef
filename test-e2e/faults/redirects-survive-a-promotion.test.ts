import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { through } from '@sleepwell/testing/fault-proxy'
import { follow, until } from '../api.ts'
import { askBarely } from './bare-client.ts'
import { openGround, perSecond, visitsOf, type Ground } from './ground.ts'
import { isCurrent, lostIn, stateOf, visitsOfWritten } from './link-history.ts'
import { keepWriting } from './keep-writing.ts'
import { startLinkWriter, type LinkWriter } from './link-writer.ts'
import { contested, loseTail, visitedInTail, writeBeforeTail } from './lost-tail.ts'
import {
  failOver,
  oldPrimaryReturns,
  openPair,
  portOf,
  synchronise,
  type Pair,
} from './promotion.ts'
import { seconds } from './recount.ts'
import { expectKept, figuresOf, figuresOfDrill } from './redirect-drill.ts'
import type { ServiceProcess } from './service-process.ts'
import { startTraffic, type Visit } from './traffic.ts'

jest.setTimeout(600_000)

const fault = 'promotion'
const description =
  'The primary is killed (SIGKILL) while links are created, changed and deleted by link-write, its synchronous replica is promoted, and the address of the primary moves to it; later the old primary returns as it was, where the replica had been. Wrong are also redirects to a state that a later one had ended.'

test('a promotion loses no link that was acknowledged, and a primary that returns from the past is not believed', async () => {
  await using pair = await openPair()
  await using ground = await openGround({ ...pair })
  await synchronise(pair)
  await using writer = await startWriter(pair, ground)
  const redirect = await ground.startRedirect()

  await using writing = keepWriting(writer)
  await writing.acknowledgedSince(0)
  const written = visitsOfWritten(writer)
  const others = visitsOf(ground.slugs)
  let killedAt = 0
  let visits = 0
  const drilled = await expectKept(ground, redirect, {
    traffic: startTraffic(redirect.url, perSecond, () =>
      visits++ % 2 === 0 ? written.next() : others(),
    ),
    strike: async () => {
      killedAt = performance.now()
      await failOver(pair, ground)
      await writing.acknowledgedSince(killedAt)
    },
    meanwhile: async () => {
      await oldPrimaryReturns(pair, ground)
      const changed = writing.latestChanged()
      const askOldPrimary = async () => {
        const [row] = await pair.primary.query<{ destination: string }>(
          'select destination from links where slug = $1',
          [changed],
        )
        return isCurrent(writer.steps.get(changed), row?.destination ?? '')
      }
      const bare = await askBarely(askOldPrimary, { times: 1, waitMs: 5_000 })
      recordGuardOff(fault, description, { ...figuresOf(bare), client: 'reads the old primary' })
      expect(bare.wrong).toBeGreaterThan(0)
      await until(
        () => lagSeconds(redirect),
        (lag) => lag > 30,
      )
      await using started = await ground.startRedirect()
      await expectLast(started, writer, writer.slugs.slice(-100))
      await sleep(full ? 5_000 : 300)
    },
    heal: async () => {
      ground.toReplica.lead(portOf(pair.replica))
      await until(
        () => lagSeconds(redirect),
        (lag) => lag < 2,
      )
    },
  })
  const { acknowledged, refused, awayMs } = await writing.stop()
  await expectLast(redirect, writer, writer.slugs.slice(-100))
  const lost = await lostIn(pair.replica, writer)
  recordRun(fault, description, {
    ...figuresOfDrill(drilled),
    acknowledged,
    refused,
    lostTail: lost.length,
    writesAwaySeconds: seconds(awayMs),
    longestStaleSeconds: seconds(written.staleMs()),
  })
  expect(refused).toBeGreaterThan(0)
  expect(lost).toEqual([])
})

const tailFault = 'promotion-lost-tail'
const tailDescription =
  'The primary dies with changes that its replica has not received; the replica is promoted, hands out the same numbers again, and other things happen there to the same links: created again, edited, deleted. Later the old primary returns as it was, where the replica had been. Visitors of these links; the guard is the timeline in the position of a change.'

test('after a promotion that lost changes, visitors follow what the new primary says of the same links', async () => {
  await using pair = await openPair()
  await using scene = await openLostTail(pair)
  const { ground, writer, near, far } = scene
  const [nearVisits, farVisits] = [visitsOfWritten(writer), visitsOfWritten(writer)]
  await using elsewhere = startTraffic(far.url, perSecond / 2, farVisits.next)
  const there = elsewhere.next()
  let lostTail = 0
  const drilled = await expectKept(ground, near, {
    traffic: startTraffic(near.url, perSecond / 2, nearVisits.next),
    strike: async () => {
      lostTail = await loseTail(pair, ground, writer, [near, far])
      for (const redirect of [near, far]) await expectLast(redirect, writer, contested)
      await expectRedisDisbelieved(await ground.startRedirect(), visitedInTail)
    },
    meanwhile: async () => {
      await oldPrimaryReturns(pair, ground)
      await until(
        () => lagSeconds(near),
        (lag) => lag > 30,
      )
      await using started = await ground.startRedirect()
      for (const redirect of [near, far, started]) await expectLast(redirect, writer, contested)
    },
    heal: async () => {
      ground.toReplica.lead(portOf(pair.replica))
      await until(
        () => lagSeconds(near),
        (lag) => lag < 2,
      )
    },
  })
  await elsewhere.stop()
  recordRun(tailFault, tailDescription, { ...figuresOfDrill(drilled), lostTail })
  expect(there.asked).toBeGreaterThan(0)
  expect(there.wrong).toBe(0)
})

// Two servers more than the quick form has time for.
const atFullLength = full ? test : test.skip
atFullLength(
  'without the timeline in a position, what was lost is believed for longer than what came after it',
  async () => {
    await using pair = await openPair()
    await pair.primary.query(`
    create or replace function next_link_position() returns bigint language sql volatile
    as $$ select nextval('link_position') $$`)
    await using scene = await openLostTail(pair)
    const { ground, writer, near, far } = scene
    await loseTail(pair, ground, writer, [near, far])
    let visits = 0
    const last = () => {
      const slug = contested[visits++ % contested.length] ?? ''
      const right: Visit['right'] = (...answer) =>
        isCurrent(writer.steps.get(slug), stateOf(...answer))
      return { slug, right }
    }
    for (const redirect of [near, far]) {
      await using traffic = startTraffic(redirect.url, perSecond / 2, last)
      const during = traffic.next()
      await sleep(full ? 5_000 : 300)
      await traffic.stop()
      recordGuardOff(tailFault, tailDescription, figuresOf(during))
      expect(during.wrong).toBeGreaterThan(during.asked / 5)
    }
  },
)

/** A redirect near the replica, and one that knows the primary only: it hears of what the replica never does. */
async function openLostTail(pair: Pair) {
  await using opening = new AsyncDisposableStack()
  const ground = opening.use(await openGround({ ...pair }))
  const writer = opening.use(await startWriter(pair, ground))
  await writeBeforeTail(writer)
  const near = await ground.startRedirect()
  const far = await ground.startRedirect({ LINKS_REPLICA_URLS: undefined })
  const open = opening.move()
  return { ground, writer, near, far, [Symbol.asyncDispose]: () => open.disposeAsync() }
}

function startWriter({ primary }: Pair, { toPrimary }: Ground): Promise<LinkWriter> {
  const url = primary.url('link_write')
  return startLinkWriter(through(toPrimary, url), url)
}

function lagSeconds({ metric }: ServiceProcess): Promise<number> {
  return metric('redirect_replica_lag_seconds')
}

/** Redis still holds what was read from the primary before it died. */
async function expectRedisDisbelieved(
  { url, metric }: ServiceProcess,
  slugs: readonly string[],
): Promise<void> {
  const hits = () => metric('redirect_link_reads_total{tier="redis",result="hit"')
  const before = await hits()
  const statuses = []
  for (const slug of slugs) statuses.push((await follow(`${url}/${slug}`)).status)
  expect(await hits()).toBe(before)
  expect(statuses).toContain(404)
}

/** Resolves when each link leads where the last edit of it says. */
async function expectLast(
  redirect: ServiceProcess,
  { steps }: LinkWriter,
  slugs: readonly string[],
): Promise<void> {
  for (const slug of slugs)
    await until(
      () => follow(`${redirect.url}/${slug}`),
      ({ status, location }) => isCurrent(steps.get(slug), stateOf(status, location)),
    )
}

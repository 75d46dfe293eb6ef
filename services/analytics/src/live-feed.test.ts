import { expect, test } from '@jest/globals'
import { until } from '@sleepwell/click-log/log-diary'
import { createLiveFeed, type Follower, type LiveDeps } from './live-feed.ts'
import type { LivePosition } from './live-position.ts'
import type { LiveQuery, LiveRead } from './live-table.ts'

const link = (n: number) => `0f0f0f0f-0000-4000-8000-00000000000${n}`
const positionAt = (n: number): LivePosition => ({
  timeline: '00000001',
  atMs: n,
  snapshot: `${n}:${n}:`,
})

/** A database in which each click has a number, and a look sees those up to its own. */
function database() {
  const clicks: { readonly n: number; readonly ownerId: string; readonly linkId: string }[] = []
  const looks: LiveQuery[] = []
  let n = 1
  let away = false
  const readLiveClicks: LiveDeps['readLiveClicks'] = async (query) => {
    if (away) throw new Error('away')
    looks.push(query)
    const { since, owners } = query
    const position = query.until ?? positionAt(n++)
    const seen = clicks.filter(
      (click) => since !== undefined && click.n > since.atMs && click.n <= position.atMs,
    )
    return {
      position,
      at: new Date(0),
      dataThrough: null,
      counts: seen
        .filter(({ ownerId }) => owners.includes(ownerId))
        .map(({ ownerId, linkId }) => ({ ownerId, linkId, human: 1, bot: 0 })),
      gap: undefined,
    } satisfies LiveRead
  }
  return {
    readLiveClicks,
    looks,
    click: (ownerId = 'owner', linkId = link(1)) => clicks.push({ n, ownerId, linkId }),
    away: (is: boolean) => (away = is),
    now: () => n,
  }
}

function follower(changes: Partial<Follower> = {}) {
  const sent: string[] = []
  let ended = false
  const one: Follower = {
    ownerId: 'owner',
    linkId: undefined,
    since: undefined,
    send: (text) => sent.push(text),
    mayGoOn: async () => true,
    end: () => (ended = true),
    ...changes,
  }
  const totals = () =>
    sent
      .flatMap((text) => /data: (.*)/u.exec(text)?.[1] ?? [])
      .map((data) => (JSON.parse(data) as { totals?: { total: number } }).totals?.total ?? 0)
  return {
    one,
    sent,
    ended: () => ended,
    told: () => totals().reduce((all, each) => all + each, 0),
  }
}

const open = (of: ReturnType<typeof database>, changes: Partial<LiveDeps> = {}) =>
  createLiveFeed({ readLiveClicks: of.readLiveClicks, failed: () => {}, pauseMs: 1, ...changes })

test('who follows is told each click of his once, from then on', async () => {
  const clicks = database()
  await using feed = open(clicks)
  clicks.click()
  const mine = follower()
  const other = follower({ ownerId: 'other' })
  const ofLink = follower({ linkId: link(2) })
  for (const { one } of [mine, other, ofLink]) feed.follow(one)
  await until(() => ofLink.sent.length > 0)
  for (let i = 0; i < 20; i++) {
    clicks.click()
    if (i % 4 === 0) clicks.click('other')
    if (i % 5 === 0) clicks.click('owner', link(2))
    await until(() => mine.told() >= i + Math.floor(i / 5) + 1)
  }
  await until(() => mine.told() >= 24)
  expect([mine.told(), other.told(), ofLink.told()]).toEqual([24, 5, 4])
})

test('however many follow, the database is asked once a turn', async () => {
  const clicks = database()
  await using feed = open(clicks)
  const many = Array.from({ length: 50 }, () => follower())
  for (const { one } of many) feed.follow(one)
  await until(() => many.every(({ sent }) => sent.length > 0))
  const before = clicks.looks.length
  clicks.click()
  await until(() => many.every(({ told }) => told() === 1))
  expect(clicks.looks.length - before).toBeLessThan(50)
  expect(clicks.looks.every(({ owners }) => owners.length === 1)).toBe(true)
})

test('who comes back is told what he missed, and nothing twice', async () => {
  const clicks = database()
  await using feed = open(clicks)
  const first = follower()
  feed.follow(first.one)
  await until(() => first.sent.length > 0)
  const since = positionAt(clicks.now())
  for (let i = 0; i < 5; i++) clicks.click('owner', link(i))
  const second = follower({ since: positionAt(since.atMs - 1) })
  feed.follow(second.one)
  clicks.click()
  await until(() => first.told() >= 6 && second.told() >= 6)
  clicks.click()
  await until(() => first.told() >= 7 && second.told() >= 7)
  expect([first.told(), second.told()]).toEqual([7, 7])
})

test('a database that was away costs no click', async () => {
  const clicks = database()
  const failures: unknown[] = []
  await using feed = open(clicks, { failed: (error) => failures.push(error) })
  const one = follower()
  feed.follow(one.one)
  await until(() => one.sent.length > 0)
  clicks.away(true)
  clicks.click()
  await until(() => failures.length > 0)
  clicks.away(false)
  await until(() => one.told() >= 1)
  expect(one.told()).toBe(1)
  expect(failures).toHaveLength(1)
})

test('a gap is told as one: a position nobody told, or one that is too old', async () => {
  const clicks = database()
  await using feed = open(clicks, {
    readLiveClicks: async (query) => ({
      ...(await clicks.readLiveClicks(query)),
      gap: query.since?.atMs === 0 ? 'position_too_old' : undefined,
    }),
  })
  const lost = follower({ since: 'unknown' })
  const late = follower({ since: positionAt(0) })
  feed.follow(lost.one)
  feed.follow(late.one)
  await until(() => lost.sent.length > 0 && late.sent.length > 0)
  expect(lost.sent[0]).toMatch(
    /^id: 00000001-\d+-\d+:\d+:\nevent: gap\ndata: .*"position_unknown"/u,
  )
  expect(late.sent[0]).toMatch(/"position_too_old"/u)
  clicks.click()
  await until(() => lost.told() === 1 && late.told() === 1)
  expect([...lost.sent, ...late.sent].filter((text) => text.includes('event: gap'))).toHaveLength(2)
})

test('silence is broken by a comment that moves the position on', async () => {
  const clicks = database()
  await using feed = open(clicks)
  const one = follower()
  feed.follow(one.one)
  await until(() => one.sent.length >= 3)
  for (const text of one.sent) expect(text).toMatch(/^: quiet\nid: \S+\n\n$/u)
  expect(new Set(one.sent).size).toBe(3)
})

test('no more follow than there is room for, and one that leaves makes room', async () => {
  await using feed = open(database())
  const of = (ownerId: string) => ({ ...follower().one, ownerId })
  const leaves = Array.from({ length: 100 }, () => feed.follow(of('one')))
  expect(leaves).not.toContain('full')
  // One owner cannot take the place of all others.
  expect(feed.follow(of('one'))).toBe('full')
  for (let i = 0; i < 100; i++) expect(feed.follow(of('two'))).not.toBe('full')
  expect(feed.follow(of('three'))).toBe('full')
  const [leave] = leaves
  if (leave === undefined || leave === 'full') throw new Error('no room')
  leave()
  expect(feed.followers()).toBe(199)
  expect(feed.follow(follower().one)).not.toBe('full')
})

test('who may no longer is sent away', async () => {
  await using feed = open(database(), { checkEveryMs: 1 })
  const stays = follower()
  const goes = follower({ mayGoOn: async () => false })
  feed.follow(stays.one)
  feed.follow(goes.one)
  await until(() => goes.ended())
  expect(stays.ended()).toBe(false)
})

test('a process that stops sends all away and takes nobody', async () => {
  const feed = open(database())
  const one = follower()
  feed.follow(one.one)
  await feed[Symbol.asyncDispose]()
  expect(one.ended()).toBe(true)
  expect(feed.follow(follower().one)).toBe('full')
})

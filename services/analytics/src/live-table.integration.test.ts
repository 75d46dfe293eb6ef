import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { LivePosition } from './live-position.ts'
import { deleteLiveClicks, readLiveClicks } from './live-table.ts'
import { click, linkId, openCounting, recordsFrom, type Counting } from './test-clicks.ts'

let counting: Counting
let offset = 0

beforeAll(async () => {
  counting = await openCounting()
})
afterAll(async () => {
  await counting[Symbol.asyncDispose]()
})

const deliver = async (...clicks: ReturnType<typeof click>[]) => {
  await counting.deliver(0, recordsFrom(offset, ...clicks))
  offset += clicks.length
}
const read = (since?: LivePosition, until?: LivePosition, owners = ['owner']) =>
  readLiveClicks(counting.pool, { owners, since, ...(until && { until }) })
const insert = `insert into live_clicks (owner_id, link_id, human, bot) values ('owner', '${linkId}', 1, 0)`

test('a look tells what was counted since the one before, once, of these owners', async () => {
  const first = await read()
  expect(first.counts).toEqual([])
  await deliver(click(), click({ bot: true }), click({ ownerId: 'other' }))
  await deliver(click())
  const second = await read(first.position)
  expect(second.counts).toEqual([{ ownerId: 'owner', linkId, human: 2, bot: 1 }])
  expect(second.gap).toBeUndefined()
  expect((await read(second.position)).counts).toEqual([])
  expect((await read(first.position, undefined, ['other'])).counts).toHaveLength(1)
})

test('a click that is delivered again is not told again', async () => {
  const again = click()
  await deliver(again)
  const { position } = await read()
  await deliver(again)
  expect((await read(position)).counts).toEqual([])
})

test('a transaction that began earlier and commits later is told then', async () => {
  const slow = await counting.admin.connect()
  try {
    await slow.query('begin')
    await slow.query(insert)
    const before = await read()
    await deliver(click())
    const between = await read(before.position)
    expect(between.counts).toMatchObject([{ human: 1 }])
    await slow.query('commit')
    expect((await read(between.position)).counts).toMatchObject([{ human: 1 }])
    expect((await read(before.position)).counts).toMatchObject([{ human: 2 }])
    // Who catches up to a look gets what that look saw, and the rest from the next.
    expect((await read(before.position, between.position)).counts).toMatchObject([{ human: 1 }])
  } finally {
    slow.release()
  }
})

test('writers that commit in any order, and two that look: each is told each click once', async () => {
  const { position } = await read()
  let writing = true
  const writer = async (n: number) => {
    const client = await counting.admin.connect()
    for (let i = 0; i < 25; i++) {
      await client.query('begin')
      await client.query(insert)
      await sleep((i * n) % 7)
      await client.query((i + n) % 5 === 0 ? 'rollback' : 'commit')
    }
    client.release()
  }
  const reader = async () => {
    let since = position
    let told = 0
    for (let last = false; !last;) {
      last = !writing
      const look = await read(since)
      since = look.position
      told += look.counts.reduce((all, { human }) => all + human, 0)
    }
    return told
  }
  const readers = [reader(), reader()]
  await Promise.all([1, 2, 3, 4].map(writer))
  writing = false
  expect(await Promise.all(readers)).toEqual([80, 80])
})

test('what cannot be told exactly is told to be so', async () => {
  const { position } = await read()
  const old = { ...position, atMs: position.atMs - 241_000 }
  expect((await read(old)).gap).toBe('position_too_old')
  expect((await read({ ...position, timeline: '000000FF' })).gap).toBe('database_changed')
  const ahead = { ...position, snapshot: '999999999:999999999:' }
  expect((await read(ahead)).gap).toBe('database_changed')
})

test('what was told long ago is deleted, and nothing else', async () => {
  await counting.query('truncate live_clicks')
  await deliver(click())
  await counting.query(
    `insert into live_clicks (owner_id, link_id, human, bot, at) values ('old', '${linkId}', 1, 0, now() - interval '301 seconds')`,
  )
  await deleteLiveClicks(counting.pool)
  expect(await counting.query('select owner_id as owner from live_clicks')).toEqual([
    { owner: 'owner' },
  ])
})

// The operator's list, through the API and the database.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import type { AuditPage } from '@sleepwell/contracts/audit'
import type { BulkResult } from '@sleepwell/contracts/bulk'
import { Link } from '@sleepwell/contracts/link'
import request from 'supertest'
import { evil, good, listOf, openListed } from './test-listed.ts'

test('no link is made or changed to lead where the list forbids it', async () => {
  await using test = await openListed()
  const { id } = await test.made({ destination: good })
  test.setList(listOf(['evil.example']))
  for (const body of [
    { destination: evil },
    { destination: good, expiredDestination: evil },
    { destination: good, preview: { image: evil } },
  ]) {
    const refused = await test.create(body).expect(422)
    expect(refused.body).toMatchObject({ code: 'destination_blocked' })
    await test.patch(id, body).expect(422)
  }
  await test.patch(id, { title: 'fine' }).expect(200)
})

test('a changed list blocks the links that it forbids, and frees those that it lets go', async () => {
  await using test = await openListed()
  const first = await test.made({ destination: evil })
  const second = await test.made({ destination: good, expiredDestination: 'https://bad.example/' })
  const third = await test.made({ destination: good })
  await test.apply(listOf(['evil.example', 'bad.example']))
  const blocked = () =>
    Promise.all([first, second, third].map(async ({ id }) => await test.isBlocked(id)))
  expect(await blocked()).toEqual([true, true, false])
  const { rows } = await test.postgres.query(
    'select slug, blocked from link_changes order by position desc limit 2',
  )
  expect(rows).toEqual([
    { slug: second.slug, blocked: true },
    { slug: first.slug, blocked: true },
  ])
  await test.apply(listOf(['bad.example']))
  expect(await blocked()).toEqual([false, true, false])
  const history = await request(test.origin)
    .get(`/v1/links/${first.id}/history`)
    .set({ Authorization: test.acme })
  const { entries } = history.body as AuditPage
  expect(entries.map(({ action, version }) => [action, version])).toEqual([
    ['link.unblocked', 3],
    ['link.blocked', 2],
    ['link.created', 1],
  ])
  expect(entries[0]?.keyId).toBeNull()
})

test('what a person has blocked, only a person frees', async () => {
  await using test = await openListed()
  const byHand = await test.made({ destination: evil })
  const both = await test.made({ destination: evil })
  await test.patch(byHand.id, { blocked: true }, test.admin).expect(200)
  await test.apply(listOf(['evil.example']))
  await test.patch(both.id, { blocked: true }, test.admin).expect(200)
  // Freed by hand, it would be blocked again when the list is next looked at.
  const refused = await test.patch(both.id, { blocked: false }, test.admin).expect(422)
  expect(refused.body.code).toBe('destination_blocked')
  await test.apply(listOf([]))
  expect([await test.isBlocked(byHand.id), await test.isBlocked(both.id)]).toEqual([true, true])
  await test.patch(both.id, { blocked: false }, test.admin).expect(200)
  expect(await test.isBlocked(both.id)).toBe(false)
})

test('editing back to safety is never refused, and frees what the list blocked and nothing else', async () => {
  await using test = await openListed()
  const listed = await test.made({ destination: evil, expiredDestination: evil })
  const byHand = await test.made({ destination: evil })
  await test.patch(byHand.id, { blocked: true }, test.admin).expect(200)
  await test.apply(listOf(['evil.example']))
  const blockedAfter = async (id: string, body: object) =>
    Link.parse((await test.patch(id, body).expect(200)).body).blocked
  expect(await blockedAfter(listed.id, { title: 'still' })).toBe(true)
  // It has two of them.
  expect(await blockedAfter(listed.id, { destination: good })).toBe(true)
  expect(await blockedAfter(listed.id, { expiredDestination: null })).toBe(false)
  expect(await blockedAfter(byHand.id, { destination: good })).toBe(true)
  await test.apply(listOf([]))
  expect([await test.isBlocked(listed.id), await test.isBlocked(byHand.id)]).toEqual([false, true])
})

test('a scan is done in steps, one process at a time, and changes no link twice', async () => {
  await using test = await openListed()
  await test.database.asOwner(`
    alter table links disable trigger user;
    insert into links (id, owner_id, domain, slug, destination)
    select gen_random_uuid(), 'acme', '@', 's' || n,
      case when n % 30 = 0 then '${evil}' else '${good}' end from generate_series(1, 3000) n;
    alter table links enable trigger user`)
  const list = listOf(['evil.example'])
  test.setList(list)
  const progress = async () => {
    const { rows } = await test.postgres.query<{ to: string | null; listed: number }>(
      `select max(scanned_to::text) as to, (select count(*) from listed_links) as listed from blocklists`,
    )
    return rows[0] ?? { to: null, listed: 0 }
  }
  {
    await using _ = test.startScan()
    await test.inForce(list.digest)
    while ((await progress()).listed === 0) await sleep(1)
  }
  const halfWay = await progress()
  expect(halfWay.listed).toBeLessThan(100)
  expect(halfWay.to).not.toBeNull()
  {
    const known = [0, 1].map(() => ({ ...list, isChange: false }))
    await using one = test.startScan(() => known[0])
    await using two = test.startScan(() => known[1])
    while (!(await test.scans())[0]?.done) await sleep(5)
    expect([one, two]).toHaveLength(2)
  }
  const { rows } = await test.postgres.query(`
    select count(*) filter (where (blocked_at is not null) <> (destination = '${evil}')) as wrong,
      max(version) as version from links`)
  expect(rows).toEqual([{ wrong: 0, version: 2 }])
})

test('a process that starts with an old list does not bring it back, one that sees it come does', async () => {
  await using test = await openListed()
  const old = listOf(['evil.example'])
  await test.apply(old)
  const current = listOf([])
  await test.apply(current)
  const { id } = await test.made({ destination: evil })
  {
    const known = { ...old, isChange: false }
    await using _ = test.startScan(() => known)
    await sleep(100)
  }
  expect((await test.scans())[0]?.digest).toBe(current.digest)
  await test.apply(old)
  expect(await test.isBlocked(id)).toBe(true)
})

test('an edit that is refused leaves a block what it was', async () => {
  await using test = await openListed()
  await test.made({ destination: good, slug: 'taken' })
  const { id } = await test.made({ destination: evil, externalId: 'one', slug: 'mine' })
  await test.apply(listOf(['evil.example']))
  const as = { Authorization: test.acme }
  const set = { destination: good, slug: 'taken' }
  const put = () =>
    request(test.origin).put('/v1/links/by-external-id/one').set(as).set('If-Match', '*').send(set)
  const bulk = (what: object) =>
    request(test.origin)
      .patch('/v1/links/bulk')
      .set(as)
      .send({ mode: 'best-effort', links: [{ id, set: what }] })
  const codes = [
    (await test.patch(id, set)).body.code,
    (await put()).body.code,
    ...[await bulk(set), await bulk({ destination: good, maxClicks: 1, cacheSeconds: 1 })].map(
      ({ body }) => (body as BulkResult).results[0]?.problem?.code,
    ),
  ]
  expect(codes).toEqual(['slug_taken', 'slug_taken', 'slug_taken', 'limited_link_cached'])
  expect(await test.isBlocked(id)).toBe(true)
  // Had it become the block of a person, this would not free it.
  await test.patch(id, { destination: good }).expect(200)
  expect(await test.isBlocked(id)).toBe(false)
})

test('links that were made while there was no list are looked at once it is back', async () => {
  await using test = await openListed()
  const list = listOf(['evil.example'])
  await test.apply(list)
  test.setList(undefined)
  const first = await test.made({ destination: evil })
  const known = { ...list, isChange: false }
  await using _ = test.startScan(() => known)
  while (!(await test.isBlocked(first.id))) await sleep(5)
  // One that such a process made after they had been looked at.
  const second = await test.made({ destination: evil })
  while (!(await test.scans())[0]?.done) await sleep(5)
  await test.postgres.query(`update blocklists set scanned_at = scanned_at - interval '1 day'`)
  while (!(await test.isBlocked(second.id))) await sleep(5)
  expect((await test.scans()).map(({ digest }) => digest)).toEqual([list.digest])
})

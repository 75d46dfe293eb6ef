// What the triggers of migration 0010 write, and whom it is shown.
import { expect, test } from '@jest/globals'
import type { AuditPage } from '@sleepwell/contracts/audit'
import { AuditEntry } from '@sleepwell/contracts/audit'
import { IssuedKey } from '@sleepwell/contracts/key'
import { Link } from '@sleepwell/contracts/link'
import { inTransaction } from '@sleepwell/runtime/postgres'
import request from 'supertest'
import { openTestApi } from './test-api.ts'

const destination = 'https://example.com/spring'

async function openAudit() {
  const api = await openTestApi()
  const admin = await api.bearer('operator')
  const acme = await api.bearer('acme', 'links:create', 'links:read', 'links:write', 'audit:read')
  const create = async (body: object = {}) => {
    const post = request(api.origin).post('/v1/links').set({ Authorization: acme })
    const made = await post.send({ destination, ...body }).expect(201)
    return Link.parse(made.body)
  }
  const patch = (id: string, body: object, Authorization = acme) =>
    request(api.origin)
      .patch(`/v1/links/${id}`)
      .set({ Authorization, 'If-Match': '*' })
      .send(body)
      .expect(200)
  const list = async (path: string, Authorization = acme): Promise<AuditPage> => {
    const { body } = await request(api.origin).get(path).set({ Authorization }).expect(200)
    return { ...body, entries: AuditEntry.strict().array().parse(body.entries) }
  }
  return {
    ...api,
    admin,
    acme,
    create,
    patch,
    list,
    history: async (id: string) => (await list(`/v1/links/${id}/history`)).entries,
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

test('every change of a link is in its history: who, when, what', async () => {
  await using audit = await openAudit()
  const link = await audit.create({ slug: 'spring', tags: ['a'] })
  await audit.patch(link.id, { destination: 'https://example.com/summer', title: 'Summer' })
  await audit.patch(link.id, { blocked: true }, audit.admin)
  await audit.patch(link.id, { blocked: false }, audit.admin)
  const path = `/v1/links/${link.id}`
  await request(audit.origin).delete(path).set({ Authorization: audit.acme }).expect(204)
  // A refusal is no change.
  await request(audit.origin).delete(path).set({ Authorization: audit.acme }).expect(404)

  const entries = await audit.history(link.id)
  const { rows } = await audit.postgres.query<{ id: string }>(
    'select id from keys order by owner_id',
  )
  const [acme, operator] = rows.map(({ id }) => id)
  expect(entries.map(({ action, version, keyId }) => [action, version, keyId])).toEqual([
    ['link.deleted', 5, acme],
    ['link.unblocked', 4, operator],
    ['link.blocked', 3, operator],
    ['link.updated', 2, acme],
    ['link.created', 1, acme],
  ])
  expect(
    entries.every(({ ownerId, subjectId }) => ownerId === 'acme' && subjectId === link.id),
  ).toBe(true)
  expect(entries[2]?.changes).toEqual([{ field: 'blocked', before: false, after: true }])
  expect(entries[3]?.changes).toEqual([
    { field: 'destination', before: destination, after: 'https://example.com/summer' },
    { field: 'title', before: null, after: 'Summer' },
  ])
  expect(entries[4]?.changes).toContainEqual({ field: 'tags', before: null, after: ['a'] })
  expect(Date.parse(entries[0]?.at ?? '')).toBeGreaterThan(Date.parse(entries[4]?.at ?? ''))
})

test('what a transaction does to a link is one entry, however many statements it takes', async () => {
  await using audit = await openAudit()
  const { id } = await audit.create()
  await inTransaction(audit.postgres, async (client) => {
    await client.query(`update links set title = 'first' where id = $1`, [id])
    await client.query(
      `update links set destination = 'https://example.com/x', version = version + 1 where id = $1`,
      [id],
    )
    await client.query(`update links set tags = '{late}' where id = $1`, [id])
  })
  const [entry, created] = await audit.history(id)
  expect(created?.action).toBe('link.created')
  expect(entry).toMatchObject({ action: 'link.updated', version: 2, keyId: null })
  expect(entry?.changes).toEqual([
    { field: 'destination', before: destination, after: 'https://example.com/x' },
    { field: 'title', before: null, after: 'first' },
    { field: 'tags', before: [], after: ['late'] },
  ])
})

test('a change that is rolled back was none, and one without a new version is one', async () => {
  await using audit = await openAudit()
  const { id } = await audit.create()
  const failed = inTransaction(audit.postgres, async (client) => {
    await client.query(`update links set title = 'x', version = version + 1 where id = $1`, [id])
    throw new Error('a bug')
  })
  await expect(failed).rejects.toThrow('a bug')
  expect(await audit.history(id)).toHaveLength(1)
  await audit.postgres.query(`update links set title = 'forgot the version' where id = $1`, [id])
  expect(await audit.history(id)).toHaveLength(2)
})

test('a field that a later migration adds is no change', async () => {
  await using audit = await openAudit()
  const { id } = await audit.create()
  await audit.patch(id, { title: 'new' })
  await audit.database.asOwner(
    `update audit_log set before = before - 'forward_query', after = after - 'forward_query' where action = 'updated'`,
  )
  const [entry] = await audit.history(id)
  expect(entry?.changes.map(({ field }) => field)).toEqual(['title'])
})

test('nobody but the triggers writes the log', async () => {
  await using audit = await openAudit()
  await audit.create()
  const denied = { code: '42501' }
  for (const sql of [
    `insert into audit_log (owner_id, subject_kind, subject_id, action, version, after) values ('a', 'link', gen_random_uuid(), 'created', 1, '{}')`,
    `update audit_log set owner_id = 'x'`,
  ])
    await expect(audit.postgres.query(sql)).rejects.toMatchObject(denied)
})

test('keys are in the log with all that happens to them, but for their use', async () => {
  await using audit = await openAudit()
  const { admin: Authorization } = audit
  const made = await request(audit.origin)
    .post('/v1/keys')
    .set({ Authorization })
    .send({ name: 'ci', scopes: ['links:read'] })
  const { id, secret = '' } = IssuedKey.parse(made.body)
  const path = `/v1/keys/${id}`
  await request(audit.origin)
    .get('/v1/links')
    .set({ Authorization: `Bearer ${secret}` })
    .expect(200)
  const used = `select from keys where id = $1 and last_used_at is not null`
  while ((await audit.postgres.query(used, [id])).rowCount === 0);
  const headers = { Authorization, 'If-Match': '*' }
  await request(audit.origin).patch(path).set(headers).send({ name: 'deploy' }).expect(200)
  await request(audit.origin).post(`${path}/rotate`).set(headers).expect(200)
  await request(audit.origin).delete(path).set(headers).expect(204)
  const { entries } = await audit.list(`/v1/audit-log?subjectId=${id}`, Authorization)
  expect(entries.map(({ action }) => action)).toEqual([
    'key.revoked',
    'key.rotated',
    'key.updated',
    'key.created',
  ])
  expect(entries[2]?.changes).toEqual([{ field: 'name', before: 'ci', after: 'deploy' }])
  expect(entries[1]?.changes.map(({ field }) => field)).toEqual(['prefix', 'previousUntil'])
  expect(JSON.stringify(entries)).not.toContain(secret.slice(8))
})

test('an owner sees what is his own, admin all', async () => {
  await using audit = await openAudit()
  const { id } = await audit.create()
  const rival = await audit.bearer('rival', 'links:read', 'audit:read')
  const answer = await request(audit.origin)
    .get(`/v1/links/${id}/history`)
    .set({ Authorization: rival })
  expect([answer.status, answer.body.code]).toEqual([404, 'link_not_found'])
  const owners = async (query: string, as?: string) =>
    new Set((await audit.list(`/v1/audit-log${query}`, as)).entries.map(({ ownerId }) => ownerId))
  expect(await owners('', rival)).toEqual(new Set(['rival']))
  expect(await owners(`?subjectId=${id}`, rival)).toEqual(new Set())
  expect(await owners('', audit.acme)).toEqual(new Set(['acme']))
  expect(await owners('', audit.admin)).toEqual(new Set(['operator', 'acme', 'rival']))
  expect(await owners('?ownerId=acme', audit.admin)).toEqual(new Set(['acme']))
  const refused = await request(audit.origin)
    .get('/v1/audit-log?ownerId=acme')
    .set({ Authorization: rival })
  expect(refused.body.code).toBe('forbidden')
})

test('the log is filtered by key, action and time', async () => {
  await using audit = await openAudit()
  const link = await audit.create()
  await audit.patch(link.id, { title: 'a' })
  await audit.patch(link.id, { blocked: true }, audit.admin)
  const all = (await audit.list('/v1/audit-log', audit.admin)).entries
  const ids = async (query: string) =>
    (await audit.list(`/v1/audit-log?${query}`, audit.admin)).entries.map(({ id }) => id)
  const idsOf = (fits: (entry: (typeof all)[number]) => boolean) =>
    all.filter(fits).map(({ id }) => id)
  const by = all.find(({ action }) => action === 'link.created')?.keyId ?? ''
  expect(await ids(`keyId=${by}`)).toEqual(idsOf(({ keyId }) => keyId === by))
  expect(await ids('action=link.blocked')).toEqual(idsOf(({ action }) => action === 'link.blocked'))
  await audit.database.asOwner(`update audit_log set at = at - (10 - id % 10) * interval '1 hour'`)
  const moved = (await audit.list('/v1/audit-log', audit.admin)).entries
  const times = moved.map(({ at }) => at).toSorted()
  const [from = '', to = ''] = [times[1], times.at(-2)]
  expect(new Set(await ids(`from=${from}&to=${to}`))).toEqual(
    new Set(moved.filter(({ at }) => at >= from && at < to).map(({ id }) => id)),
  )
})

test('pages show every entry once, newest first, also where few of many fit', async () => {
  await using audit = await openAudit()
  await audit.database.asOwner(`
    insert into audit_log (owner_id, subject_kind, subject_id, action, version, after)
    select 'acme', 'link', gen_random_uuid(), 'updated', 2, '{}' from generate_series(1, 25000)`)
  const { id } = await audit.create()
  await audit.patch(id, { title: 'rare' })
  const walk = async (path: string | undefined) => {
    const ids: number[] = []
    const sizes: number[] = []
    while (path !== undefined) {
      const { body, headers } = await request(audit.origin)
        .get(path)
        .set({ Authorization: audit.acme })
      const page = body as AuditPage
      ids.push(...page.entries.map((entry) => entry.id))
      sizes.push(page.entries.length)
      path = /^<(.+)>; rel="next"$/u.exec(headers.link ?? '')?.[1]
      expect(path === undefined).toBe(page.nextCursor === null)
    }
    return { ids, sizes }
  }
  const some = await walk(`/v1/links/${id}/history?limit=1`)
  expect(some.sizes.slice(0, 2)).toEqual([1, 1])
  // The key of acme is the only other thing that he has. It is the oldest, and far down.
  const rare = await walk('/v1/audit-log?action=key.created')
  expect(rare.ids).toHaveLength(1)
  expect(rare.sizes).toEqual([0, 0, 1])
})

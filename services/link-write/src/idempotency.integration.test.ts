import { expect, test } from '@jest/globals'
import { isUnavailable } from '@sleepwell/runtime/express-api'
import type { PoolClient } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { Answer } from './answer-table.ts'
import { createMutate, type MutationRequest } from './idempotency.ts'
import { issueKey } from './issue-key.ts'
import { insertKey } from './key-table.ts'
import { insertLink } from './link-table.ts'
import { killBackendOf, openTestPostgres } from './test-postgres.ts'
import { plain } from './test-rules.ts'

async function openMutate() {
  const open = new AsyncDisposableStack()
  const database = open.use(await openTestPostgres())
  const { postgres } = database
  const keyIds: string[] = []
  for (const ownerId of ['acme', 'rival'])
    await issueKey({ ownerId, scopes: ['admin'], expiresAt: null }, async (key) => {
      keyIds.push(key.id)
      await insertKey(postgres, key)
    })
  const request: MutationRequest = {
    keyId: keyIds[0] ?? '',
    idempotencyKey: 'once',
    method: 'POST',
    path: '/v1/links',
    body: { destination: 'https://example.com/' },
  }
  const links = async () => {
    const { rows } = await postgres.query<{ count: number }>('select count(*) from links')
    return rows[0]?.count
  }
  return {
    mutate: createMutate(postgres),
    postgres,
    database,
    request,
    other: { ...request, keyId: keyIds[1] ?? '' },
    links,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const answer: Answer = {
  status: 201,
  headers: { ETag: '"1"', Location: '/v1/links/x' },
  body: { z: 1, a: { c: null, b: ['é'] } },
}

async function addLink(client: PoolClient): Promise<Answer> {
  const id = uuidv7()
  const destination = 'https://example.com/'
  const rest = { slug: id, destination, title: null, tags: [], ...plain }
  await insertLink(client, { id, ownerId: 'acme', domain: '@', ...rest })
  return answer
}

test('of an effect that ends in a problem nothing is left, with a key and without', async () => {
  await using db = await openMutate()
  for (const idempotencyKey of ['once', undefined]) {
    const refused = await db.mutate({ ...db.request, idempotencyKey }, async (client) => {
      await addLink(client)
      return 'slug_taken'
    })
    expect(refused).toBe('slug_taken')
  }
  expect(await db.links()).toBe(0)
  // It was not kept, so it is done now.
  expect(await db.mutate(db.request, addLink)).toEqual({ ...answer, replayed: false })
})

test('the same request with the same key has one effect and one answer', async () => {
  await using db = await openMutate()
  expect(await db.mutate(db.request, addLink)).toEqual({ ...answer, replayed: false })
  const again = await db.mutate(db.request, addLink)
  expect(again).toEqual({ ...answer, replayed: true })
  expect(JSON.stringify(again)).toContain(JSON.stringify(answer.body))
  expect(await db.links()).toBe(1)
})

test('another method, path or body with the same key is refused and has no effect', async () => {
  await using db = await openMutate()
  await db.mutate(db.request, addLink)
  for (const other of [{ method: 'PATCH' }, { path: '/v1/links/x' }, { body: { title: 'x' } }])
    expect(await db.mutate({ ...db.request, ...other }, addLink)).toBe('idempotency_key_reused')
  expect(await db.links()).toBe(1)
})

test('two API keys may use one Idempotency-Key', async () => {
  await using db = await openMutate()
  await db.mutate(db.request, addLink)
  expect(await db.mutate(db.other, addLink)).toMatchObject({ replayed: false })
  expect(await db.links()).toBe(2)
})

test('without an Idempotency-Key each request has its effect', async () => {
  await using db = await openMutate()
  const request = { ...db.request, idempotencyKey: undefined }
  await db.mutate(request, addLink)
  await db.mutate(request, addLink)
  expect(await db.links()).toBe(2)
})

test('a refusal is not kept: the same key may succeed later', async () => {
  await using db = await openMutate()
  expect(await db.mutate(db.request, async () => 'slug_taken')).toBe('slug_taken')
  expect(await db.mutate(db.request, addLink)).toMatchObject({ replayed: false })
})

test('while a twin runs, its repetition is told to wait; afterwards it is answered the same', async () => {
  await using db = await openMutate()
  const running = Promise.withResolvers<void>()
  const mayEnd = Promise.withResolvers<void>()
  const first = db.mutate(db.request, async (client) => {
    running.resolve()
    await mayEnd.promise
    return addLink(client)
  })
  await running.promise
  expect(await db.mutate(db.request, addLink)).toBe('request_in_progress')
  expect(await db.mutate({ ...db.request, idempotencyKey: 'other' }, addLink)).toMatchObject({
    replayed: false,
  })
  mayEnd.resolve()
  expect(await first).toMatchObject({ replayed: false })
  expect(await db.mutate(db.request, addLink)).toMatchObject({ replayed: true })
  expect(await db.links()).toBe(2)
})

test('twenty twins at once have one effect', async () => {
  await using db = await openMutate()
  // All connections first, or the first twin is done before the second has one.
  await Promise.all(Array.from({ length: 4 }, () => db.postgres.query('select pg_sleep(0.05)')))
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => db.mutate(db.request, addLink)),
  )
  const made = outcomes.filter((o) => typeof o === 'object' && !o.replayed)
  expect(made).toHaveLength(1)
  expect(await db.links()).toBe(1)
  for (const outcome of outcomes)
    if (typeof outcome === 'string') expect(outcome).toBe('request_in_progress')
})

test('a crash between effect and commit leaves nothing, and the repetition makes the effect', async () => {
  await using db = await openMutate()
  const died = db.mutate(db.request, async (client) => {
    await addLink(client)
    await killBackendOf(client, db.database.url('postgres'))
    return answer
  })
  expect(isUnavailable(await errorOf(died))).toBe(true)
  expect(await db.links()).toBe(0)
  expect(await db.mutate(db.request, addLink)).toMatchObject({ replayed: false })
  expect(await db.links()).toBe(1)
})

test('an answer that got lost after the commit is given again', async () => {
  await using db = await openMutate()
  // The commit arrives, its acknowledgement does not.
  const lost = db.mutate(db.request, async (client) => {
    const query = client.query.bind(client)
    client.query = ((...words: Parameters<typeof query>) =>
      words[0] === 'commit'
        ? query('commit').then(() => Promise.reject(new Error('Query read timeout')))
        : query(...words)) as typeof client.query
    return addLink(client)
  })
  expect(isUnavailable(await errorOf(lost))).toBe(true)
  expect(await db.mutate(db.request, addLink)).toMatchObject({ replayed: true })
  expect(await db.links()).toBe(1)
})

test('a failing effect leaves nothing behind', async () => {
  await using db = await openMutate()
  const failed = db.mutate(db.request, async (client) => {
    await addLink(client)
    throw new Error('a bug')
  })
  await expect(failed).rejects.toThrow('a bug')
  expect(await db.links()).toBe(0)
})

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

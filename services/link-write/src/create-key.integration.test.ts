import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, jest, test } from '@jest/globals'
import { isWellFormedKey } from '@sleepwell/contracts/api-key'
import request from 'supertest'
import { openTestApi } from './test-api.ts'

// Processes and random input take their time on a busy machine.
jest.setTimeout(60_000)

const file = fileURLToPath(new URL('create-key.ts', import.meta.url))

async function createKey(env: Record<string, string>, ...words: string[]) {
  const child = spawn(process.execPath, [file, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (text) => (said.out += String(text)))
  child.stderr.on('data', (text) => (said.err += String(text)))
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, ...said }
}

test('a key is printed once, alone, and opens what its scopes say', async () => {
  await using api = await openTestApi()
  const env = { LINKS_URL: api.database.url('link_write') }
  const { status, out } = await createKey(env, '--owner', 'acme', '--scopes', 'links:read')
  expect(status).toBe(0)
  const key = out.trimEnd()
  expect(out).toBe(`${key}\n`)
  expect(isWellFormedKey(key)).toBe(true)
  const Authorization = `Bearer ${key}`
  await request(api.origin).get('/v1/links').set({ Authorization }).expect(200)
  const refused = await request(api.origin).post('/v1/links').set({ Authorization }).send({})
  expect(refused.body.code).toBe('forbidden')

  const { rows } = await api.postgres.query('select keys::text as row from keys')
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(rows)).not.toContain(key.slice(3, 20))
})

test('an expiry is kept to', async () => {
  await using api = await openTestApi()
  const env = { LINKS_URL: api.database.url('link_write') }
  const words = ['--owner', 'acme', '--scopes', 'admin', '--expires', '2100-01-01T00:00:00Z']
  const Authorization = `Bearer ${(await createKey(env, ...words)).out.trimEnd()}`
  await request(api.origin).get('/v1/links').set({ Authorization }).expect(200)
  await api.database.asOwner(`update keys set expires_at = now() - interval '1 second'`)
  const { body } = await request(api.origin).get('/v1/links').set({ Authorization }).expect(401)
  expect(body.code).toBe('key_expired')
})

test.each([
  [['--owner', 'acme', '--scopes', 'links:read,links:everything'], 'links:create'],
  [['--owner', 'acme', '--scopes', ''], 'links:create'],
  [['--owner', 'a b', '--scopes', 'admin'], '--owner'],
  [['--owner', 'acme', '--scopes', 'admin', '--expires', '2001-01-01T00:00:00Z'], '--expires'],
  [['--owner', 'acme', '--scopes', 'admin', '--expires', 'tomorrow'], '--expires'],
  [['--scopes', 'admin'], '--owner'],
  [['--owner', 'acme', '--scopes', 'admin'], 'LINKS_URL'],
])('%j is refused, and says why on stderr', async (words, why) => {
  const { status, out, err } = await createKey({}, ...words)
  expect(status).toBe(1)
  expect(out).toBe('')
  expect(err).toContain(why)
})

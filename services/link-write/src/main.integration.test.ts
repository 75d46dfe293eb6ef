// The service as it runs: a process, with its exporter and its log.
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, jest, test } from '@jest/globals'
import { keyFromSecret } from '@sleepwell/contracts/api-key'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import request from 'supertest'
import { openFreezer } from './test-freezer.ts'
import { keyIn, startService } from './test-service.ts'

// Processes and random input take their time on a busy machine.
jest.setTimeout(60_000)

const destination = 'https://example.com/'

test('nothing that a person sent is in a log line or a metric', async () => {
  await using database = await openTestDatabase('links')
  const LINKS_URL = database.url('link_write')
  const key = await keyIn(LINKS_URL)
  await using service = await startService({ LINKS_URL })
  const headers = {
    Authorization: `Bearer ${key}`,
    'User-Agent': 'needle-agent',
    'X-Forwarded-For': '203.0.113.77',
    Referer: 'https://needle.example/',
    'Idempotency-Key': 'needle-key',
  }
  const link = {
    destination: 'https://needle.example/needle?needle=1',
    slug: 'needle',
    title: 'needle',
    tags: ['needle'],
  }
  const post = () => request(service.api).post('/v1/links').set(headers)
  const created = await post().send(link).expect(201)
  await post().send(link).expect(201)
  await post().set('Idempotency-Key', 'other').send(link).expect(409)
  await post()
    .send({ ...link, slug: 'needle%' })
    .expect(422)
  await post().send({ needle: 'needle' }).expect(422)
  await post().type('json').send('{"needle":').expect(400)
  const path = String(created.headers.location)
  const as = { ...headers, 'If-Match': '"1"', 'If-None-Match': '"needle"' }
  await request(service.api).get(path).set(as).expect(200)
  await request(service.api).patch(path).set(headers).set(as).send({ title: 'needle' }).expect(422)
  await request(service.api).get('/v1/links/needle?needle=needle').set(as).expect(400)
  await request(service.api).get('/needle%zz/needle').set(as).expect(404)
  await request(service.api).get('/v1/links/%zzneedle').set(as).expect(400)
  await request(service.api).get('/v1/links').set({ Authorization: 'Bearer needle' }).expect(401)

  const metrics = await request(service.admin).get('/metrics').expect(200)
  expect(await service.stop()).toBe(0)
  expect(service.lines().filter(({ msg }) => msg === 'answered')).toHaveLength(12)
  for (const output of [service.said(), metrics.text]) {
    expect(output).not.toMatch(/needle|203\.0\.113\.77|127\.0\.0\.1/iu)
    expect(output).not.toContain(key)
    expect(output).not.toContain(path.slice(-12))
  }
})

test('what an SLI needs exists before the first request, and counts it', async () => {
  await using database = await openTestDatabase('links')
  const LINKS_URL = database.url('link_write')
  const key = await keyIn(LINKS_URL)
  await using service = await startService({ LINKS_URL })
  const series = async (start: string) => {
    const { text } = await request(service.admin).get('/metrics').expect(200)
    const line = text.split('\n').find((line) => line.startsWith(start))
    return line?.split(' ').at(-1)
  }
  const made = 'link_write_requests_total{route="POST /v1/links",status="'
  expect(await series(`${made}500"`)).toBe('0')
  expect(await series(`${made}503"`)).toBe('0')
  await request(service.api)
    .post('/v1/links')
    .set({ Authorization: `Bearer ${key}` })
    .send({ destination })
    .expect(201)
  expect(await series(`${made}201"`)).toBe('1')
  expect(await series('link_write_duration_seconds_count{route="POST /v1/links"')).toBe('1')
  const metrics = await request(service.admin).get('/metrics').expect(200)
  expect(metrics.text).toMatch(/^link_write_duration_seconds_bucket\{.*le="0\.2"\} [01]$/mu)
})

test('it keeps salts for visitors from its start', async () => {
  await using database = await openTestDatabase('links')
  await using _ = await startService({ LINKS_URL: database.url('link_write') })
  const client = new Client({ connectionString: database.url('redirect') })
  await client.connect()
  const { rowCount } = await client.query('select from visitor_salts')
  await client.end()
  expect(rowCount).toBe(3)
})

test('the age of backups is a number once one was recorded', async () => {
  await using database = await openTestDatabase('links')
  const admin = new Client({ connectionString: database.url('postgres') })
  await admin.connect()
  await admin.query(`insert into backups values ('a', 'full', now() - interval '1 hour')`)
  await admin.end()
  await using service = await startService({ LINKS_URL: database.url('link_write') })
  const age = /^database_backup_age_seconds\{database="links"[^}]*\} 3[67]\d\d/mu
  let numbers = ''
  while (!age.test(numbers)) numbers = (await request(service.admin).get('/metrics')).text
  // This server archives nothing.
  expect(numbers).not.toMatch(/^database_archive_age_seconds\{/mu)
})

test('without its database it is ready, answers 503 and never 401, and stops', async () => {
  await using service = await startService({ LINKS_URL: 'postgres://link_write@127.0.0.1:1/links' })
  await request(service.admin).get('/livez').expect(200)
  await request(service.admin).get('/readyz').expect(200)
  const Authorization = `Bearer ${keyFromSecret('0'.repeat(32))}`
  const { body, headers } = await request(service.api)
    .get('/v1/links')
    .set({ Authorization })
    .expect(503)
  expect(body.code).toBe('unavailable')
  expect(headers['retry-after']).toBe('1')
  await request(service.api).get('/v1/links').set({ Authorization: 'Bearer sw_x' }).expect(401)
  expect(await service.stop()).toBe(0)
})

test('it outlives the loss of every database connection', async () => {
  await using database = await openTestDatabase('links')
  const LINKS_URL = database.url('link_write')
  const Authorization = `Bearer ${await keyIn(LINKS_URL)}`
  await using service = await startService({ LINKS_URL })
  const post = () =>
    request(service.api).post('/v1/links').set({ Authorization }).send({ destination })
  await post().expect(201)
  const admin = new Client({ connectionString: database.url('postgres') })
  await admin.connect()
  await admin.query(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'link-write'
      and datname = current_database()`,
  )
  await admin.end()
  // The one or other may still be sent over a connection that has died.
  let status = 0
  while (status !== 201) status = (await post()).status
  expect(await service.stop()).toBe(0)
})

test('a frozen database costs a 503, is forgiven once it answers, and does not stop the service from stopping', async () => {
  await using database = await openTestDatabase('links')
  await using proxy = await openFreezer(Number(new URL(database.url('link_write')).port))
  const Authorization = `Bearer ${await keyIn(database.url('link_write'))}`
  const url = new URL(database.url('link_write'))
  url.port = String(proxy.port)
  await using service = await startService({ LINKS_URL: url.href })
  const post = () =>
    request(service.api)
      .post('/v1/links')
      .set({ Authorization, 'Idempotency-Key': 'one' })
      .send({ destination })
  proxy.freeze()
  const { body } = await post().expect(503)
  expect(body.code).toBe('unavailable')
  proxy.thaw()
  let status = 0
  while (status !== 201) status = (await post()).status
  proxy.freeze()
  expect(await service.stop()).toBe(0)
})

test('a wrong configuration is refused with every mistake', async () => {
  await using service = await startService({ PORT: 'x', PUBLIC_URL: 'y' })
  expect(await service.exit).toBe(1)
  const [line] = service.lines()
  expect(line?.mistakes).toHaveLength(3)
})

test('asked to stop, it says that it is no longer ready, and answers what is under way', async () => {
  await using database = await openTestDatabase('links')
  const LINKS_URL = database.url('link_write')
  const key = await keyIn(LINKS_URL)
  await using service = await startService({ LINKS_URL })
  await request(service.admin).get('/readyz').expect(200)
  const body = JSON.stringify({ destination })
  const socket = connect(Number(new URL(service.api).port), '127.0.0.1')
  const answered = text(socket)
  socket.write(
    `POST /v1/links HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
  )
  // It is under way once its head has been read: the key was looked up then.
  const client = new Client({ connectionString: LINKS_URL })
  await client.connect()
  const used = () => client.query('select from keys where last_used_at is not null')
  while ((await used()).rowCount === 0);
  await client.end()

  const stopped = service.stop()
  let ready = 200
  while (ready === 200) ready = (await request(service.admin).get('/readyz')).status
  expect(ready).toBe(503)
  socket.write(body.slice(5))
  expect(await answered).toMatch(/^HTTP\/1\.1 201 /u)
  expect(await stopped).toBe(0)
})

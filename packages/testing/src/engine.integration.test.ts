import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { engine, engineUrl } from './engine.ts'
import { openTestDatabase } from './postgres.ts'
import { openTestRedis } from './redis.ts'
import { openTlsFront } from './tls-front.ts'

setDefaultCACertificates([
  ...getCACertificates('default'),
  readFileSync(engineUrl('TEST_CA_FILE'), 'utf8'),
])

test('what was written is on the replica, which takes no writes', async () => {
  await using database = await openTestDatabase('links')
  await query(database.url('postgres'), 'create table noted (word text)')
  await query(database.url('postgres'), `insert into noted values ('yes')`)
  const replica = await database.replicaUrl('postgres')
  expect(await query(replica, 'select word from noted')).toEqual([{ word: 'yes' }])
  await expect(query(replica, `insert into noted values ('no')`)).rejects.toThrow('read-only')
})

test('Postgres speaks TLS, and a certificate that is not good for it is refused', async () => {
  await using database = await openTestDatabase('links')
  const encrypted = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()'
  expect(await query(database.tlsUrl('redirect'), encrypted)).toEqual([{ ssl: true }])
  const port = Number(new URL(database.url('redirect')).port)
  for (const [certificate, complaint] of [
    ['expired', /expired/u],
    ['foreign', /verify|issuer/u],
  ] as const) {
    await using front = await openTlsFront({ certificate, port, postgres: true })
    const url = new URL(database.tlsUrl('redirect'))
    url.port = String(front.port)
    await expect(query(url.href, 'select')).rejects.toThrow(complaint)
  }
})

test('the keys of a test are gone afterwards, those of others stay', async () => {
  const [mine, theirs] = [openTestRedis(), openTestRedis()]
  const redis = new Redis(mine.tlsUrl)
  for (const { prefix } of [mine, theirs]) await redis.set(`${prefix}key`, 'value')
  await mine[Symbol.asyncDispose]()
  expect(await redis.get(`${mine.prefix}key`)).toBeNull()
  expect(await redis.get(`${theirs.prefix}key`)).toBe('value')
  await theirs[Symbol.asyncDispose]()
  redis.disconnect()
})

test('Redis asks for the password', async () => {
  const { tlsUrl } = openTestRedis()
  const redis = new Redis(tlsUrl.replace(/:[^:@]+@/u, ':wrong@'), { retryStrategy: () => null })
  const [error] = (await once(redis, 'error')) as [Error]
  redis.disconnect()
  expect(error.message).toMatch(/WRONGPASS/u)
})

test('a server with an expired certificate stands in front of any engine', async () => {
  const { url } = openTestRedis()
  await using front = await openTlsFront({
    certificate: 'expired',
    port: Number(new URL(url).port),
  })
  const strict = connect({ port: front.port, host: 'localhost' })
  await expect(once(strict, 'secureConnect')).rejects.toThrow(/expired/u)
  const careless = connect({ port: front.port, host: 'localhost', rejectUnauthorized: false })
  careless.write('PING\r\n')
  expect(String(await once(careless, 'data'))).toBe('+PONG\r\n')
  careless.destroy()
})

test.each(['postgres', 'postgres-replica', 'redis'] as const)('%s is a process', (name) => {
  expect(readFileSync(`/proc/${engine(name).pid()}/comm`, 'utf8')).toMatch(/^(postgres|redis)/u)
  expect(engineUrl('TEST_ENGINES_DIR')).toBeTruthy()
})

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

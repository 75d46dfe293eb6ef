// Every engine over TLS and with a password, as a process has them: authorities are trusted for the whole process.
import { expect, test } from '@jest/globals'
import { trustAuthorities } from '@sleepwell/runtime/probe'
import { engineUrl } from '@sleepwell/testing/engine'
import { openTestTopic } from '@sleepwell/testing/kafka'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { openTestRedis } from '@sleepwell/testing/redis'
import { openTlsFront } from '@sleepwell/testing/tls-front'
import { Client } from 'pg'
import { startRedirect, until } from './test-process.ts'

const CA_FILE = engineUrl('TEST_CA_FILE')
trustAuthorities(CA_FILE) // here: to make a topic

test('with TLS and passwords everywhere a link is followed and its click is on the log', async () => {
  await using database = await openTestDatabase('links')
  await using redis = openTestRedis()
  await using topic = await openTestTopic('with TLS')
  await using owner = await connect(database.url('links_owner'))
  await owner.query(
    `insert into links (id, owner_id, domain, slug, destination)
     values (gen_random_uuid(), 'acme', '@', 'home', 'https://example.com/')`,
  )
  await using redirect = await startRedirect({
    CA_FILE,
    LINKS_URL: database.tlsUrl('redirect'),
    LINKS_REPLICA_URLS: database.tlsUrl('redirect'),
    REDIS_URL: redis.tlsUrl,
    REDIS_PREFIX: redis.prefix,
    REDIS_TIMEOUT_MS: '2000',
    REPLICA_TIMEOUT_MS: '2000',
    LINKS_TIMEOUT_MS: '2000',
    CLICK_LOG_URL: topic.url,
  })
  expect(redirect.mistakes).toBe('')
  // On a loaded machine the deadlines of the first question may pass.
  let answer = await fetch(`${redirect.visitors}/home`, { redirect: 'manual' })
  while (answer.status === 503)
    answer = await fetch(`${redirect.visitors}/home`, { redirect: 'manual' })
  expect(answer.status).toBe(302)
  const metrics = async () => await (await fetch(`${redirect.admin}/metrics`)).text()
  // A redirect does not wait for Redis to be connected; each slug is asked for once.
  let asked = 0
  await until(async () => {
    await fetch(`${redirect.visitors}/unknown${asked++}`)
    return /reads_total\{tier="redis",result="miss".*\} [1-9]/u.test(await metrics())
  })
  await until(async () => /unshipped_clicks\S* 0$/mu.test(await metrics()))
  const offsets = await topic.asAdmin((admin) => admin.fetchTopicOffsets(topic.topic))
  expect(offsets.reduce((sum, { high }) => sum + Number(high), 0)).toBeGreaterThan(0)
})

const engines = ['LINKS_URL', 'REDIS_URL'] as const

/** The engine, by TLS with a certificate that it does not have. */
async function frontOf(setting: (typeof engines)[number], certificate: 'expired' | 'foreign') {
  const url = new URL(engineUrl(setting === 'LINKS_URL' ? 'TEST_POSTGRES_URL' : 'TEST_REDIS_URL'))
  const postgres = setting === 'LINKS_URL'
  const front = await openTlsFront({ certificate, port: Number(url.port), postgres })
  const text = postgres
    ? `postgres://redirect:test@localhost:${front.port}/links?sslmode=verify-full`
    : `rediss://localhost:${front.port}`
  return { ...front, url: text }
}

test.each(engines)('%s: an expired certificate is named at once', async (setting) => {
  await using front = await frontOf(setting, 'expired')
  await using redirect = await startRedirect({ CA_FILE, [setting]: front.url })
  expect(await redirect.exit).toBe(1)
  expect(redirect.mistakes).toMatch(new RegExp(`^${setting}: .*expired`, 'u'))
})

test.each(engines)('%s: a certificate of a stranger is named at once', async (setting) => {
  await using front = await frontOf(setting, 'foreign')
  await using redirect = await startRedirect({ CA_FILE, [setting]: front.url })
  expect(await redirect.exit).toBe(1)
  expect(redirect.mistakes).toMatch(new RegExp(`^${setting}: .*(CERT|certificate)`, 'u'))
})

test('without CA_FILE the authority of the engines is a stranger', async () => {
  await using redis = openTestRedis()
  await using redirect = await startRedirect({ REDIS_URL: redis.tlsUrl })
  expect(await redirect.exit).toBe(1)
  expect(redirect.mistakes).toMatch(/^REDIS_URL: /u)
})

async function connect(url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

import { expect, test } from '@jest/globals'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { probeLink, probeSlug } from '@sleepwell/contracts/probe-link'
import { openOwnRedis } from '@sleepwell/testing/own-redis'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { journalPath, snapshotPath } from './snapshot-directory.ts'
import { journalOf, link, snapshotOf } from './test-snapshot.ts'
import { startRedirect } from './test-process.ts'

const withPassword = (url: string, password: string) =>
  Object.assign(new URL(url), { password }).href

test('with every engine away it starts, is ready, and says that it cannot tell', async () => {
  await using redirect = await startRedirect({ REDIS_URL: 'redis://127.0.0.1:1' })
  expect((await fetch(`${redirect.admin}/readyz`)).status).toBe(200)
  const answer = await fetch(`${redirect.visitors}/home`)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(await redirect.stop()).toBe(0)
})

test('every mistake in the settings is listed, and nothing is started', async () => {
  await using redirect = await startRedirect({
    LINKS_URL: 'mysql://x',
    VISITOR_KEY: 'short',
    TRUSTED_PROXIES: 'everybody',
    PORT: 'http',
    DOMAINS: '{"go.example": {"home": "javascript:alert(1)"}}',
  })
  expect(await redirect.exit).toBe(1)
  for (const name of ['LINKS_URL', 'VISITOR_KEY', 'TRUSTED_PROXIES', 'PORT', 'DOMAINS']) {
    expect(redirect.mistakes).toContain(`${name}: `)
  }
  expect(redirect.mistakes).toContain('go.example.home: ')
})

test('domains lead where a file says, and none back to the default one', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-redirect-'))
  try {
    const file = join(scratch, 'domains.json')
    writeFileSync(file, '{"go.example": {"home": "https://example.com/home"}}\n')
    const settings = { DOMAINS_FILE: file, PUBLIC_URL: 'https://go.example' }
    await using redirect = await startRedirect(settings)
    const answer = await fetch(redirect.visitors, { redirect: 'manual' })
    expect(answer.headers.get('location')).toBe('https://example.com/home')
    const PUBLIC_URL = 'https://example.com'
    await using wrong = await startRedirect({ ...settings, PUBLIC_URL })
    expect(await wrong.exit).toBe(1)
    expect(wrong.mistakes).toMatch(/^DOMAINS: go\.example\.home: .*leads back/u)
  } finally {
    rmSync(scratch, { recursive: true })
  }
})

test.each(['LINKS_URL', 'LINKS_REPLICA_URLS', 'CLICK_LOG_URL'])(
  'a wrong password in %s is named at once',
  async (setting) => {
    await using database = await openTestDatabase('links')
    const wrong = withPassword(database.url('redirect'), 'wrong')
    await using redirect = await startRedirect({ [setting]: wrong })
    expect(await redirect.exit).toBe(1)
    expect(redirect.mistakes).toMatch(
      new RegExp(`^${setting}: password authentication failed`, 'u'),
    )
  },
)

test('a wrong password is named although there is a snapshot to serve from', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-redirect-'))
  try {
    writeFileSync(snapshotPath(scratch), snapshotOf(1, { '@/home': link(1) }))
    writeFileSync(journalPath(scratch, 1), journalOf(1, []))
    await using database = await openTestDatabase('links')
    const wrong = withPassword(database.url('redirect'), 'wrong')
    await using redirect = await startRedirect({ LINKS_URL: wrong, SPOOL_DIR: scratch })
    expect(await redirect.exit).toBe(1)
    expect(redirect.mistakes).toMatch(/LINKS_URL: password authentication failed/u)
  } finally {
    rmSync(scratch, { recursive: true })
  }
})

test('a wrong password in REDIS_URL is named at once', async () => {
  await using redis = await openOwnRedis('secret')
  await using redirect = await startRedirect({ REDIS_URL: withPassword(redis.url, 'wrong') })
  expect(await redirect.exit).toBe(1)
  expect(redirect.mistakes).toMatch(/^REDIS_URL: WRONGPASS/u)
})

test('a spool that cannot be made keeps nobody from the destination', async () => {
  await using database = await openTestDatabase('links')
  const owner = new Client({ connectionString: database.url('links_owner') })
  await owner.connect()
  await owner.query(
    `insert into links (id, owner_id, domain, slug, destination)
     values (gen_random_uuid(), 'acme', '@', 'home', 'https://example.com/')`,
  )
  await owner.end()
  await using redirect = await startRedirect({
    LINKS_URL: database.url('redirect'),
    LINKS_TIMEOUT_MS: '2000',
    SPOOL_DIR: '/dev/null/spool',
  })
  const answer = await fetch(`${redirect.visitors}/home`, { redirect: 'manual' })
  expect(answer.headers.get('location')).toBe('https://example.com/')
  const metrics = await (await fetch(`${redirect.admin}/metrics`)).text()
  expect(metrics).toMatch(/^redirect_clicks_total\{kept="undurable".*\} 1$/mu)
  expect(await redirect.stop()).toBe(0)
})

test('two processes cannot share a spool', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-redirect-'))
  try {
    await using _first = await startRedirect({ SPOOL_DIR: scratch })
    await using second = await startRedirect({ SPOOL_DIR: scratch })
    expect(await second.exit).toBe(1)
    expect(second.mistakes).toContain('SPOOL_DIR is in use')
  } finally {
    rmSync(scratch, { recursive: true })
  }
})

test('the link that monitors follow leads on without anybody having made it', async () => {
  await using database = await openTestDatabase('links')
  await using redirect = await startRedirect({
    LINKS_URL: database.url('redirect'),
    LINKS_TIMEOUT_MS: '2000',
  })
  const answer = await fetch(`${redirect.visitors}/${probeSlug}`, { redirect: 'manual' })
  expect(answer.status).toBe(302)
  expect(answer.headers.get('location')).toBe(probeLink.destination)
})

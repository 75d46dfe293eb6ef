import { expect, test } from '@jest/globals'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { startRedirect } from './test-process.ts'

test('of a source that scans, the database sees no more than sixty unknown slugs', async () => {
  await using database = await openTestDatabase('links')
  const owner = new Client({ connectionString: database.url('links_owner') })
  await owner.connect()
  await owner.query(
    `insert into links (id, owner_id, domain, slug, destination)
     select gen_random_uuid(), 'acme', '@', slug, 'https://example.com/'
     from unnest(array['known', 'cold']) as slug`,
  )
  await owner.end()
  await using redirect = await startRedirect({
    LINKS_URL: database.url('redirect'),
    LINKS_TIMEOUT_MS: '5000',
    TRUSTED_PROXIES: '127.0.0.1/32',
  })
  const ask = async (slug: string, from = '192.0.2.1') => {
    const headers = { 'X-Forwarded-For': from }
    return await fetch(`${redirect.visitors}/${slug}`, { headers, redirect: 'manual' })
  }
  const reads = async () => {
    const metrics = await (await fetch(`${redirect.admin}/metrics`)).text()
    const [, count] =
      /^redirect_link_reads_total\{.*tier="primary".*result="miss".*\} (\d+)$/mu.exec(metrics) ?? [
        undefined,
        Number.NaN,
      ]
    return Number(count)
  }
  expect((await ask('known')).status).toBe(302)
  for (let i = 0; i < 60; i++) expect((await ask(`scan-${i}`)).status).toBe(404)
  const before = await reads()
  expect(before).toBe(60)
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => ask(`more-${i}`)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([429]))
  expect(answers[0]?.headers.get('retry-after')).toBe('60')
  expect(await reads()).toBe(before)

  // Memory knows it; nobody knows the other one without asking the database.
  expect((await ask('known')).status).toBe(302)
  expect((await ask('cold')).status).toBe(429)
  expect((await ask('cold', '192.0.2.2')).status).toBe(302)
  expect((await ask('cold')).status).toBe(302)
  const metrics = await (await fetch(`${redirect.admin}/metrics`)).text()
  expect(metrics).toMatch(/^redirect_requests_total\{outcome="limited".*\} 101$/mu)
  expect(metrics).toMatch(/^redirect_duration_seconds_count.* 64$/mu)
})

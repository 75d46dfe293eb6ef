// redirect is given less memory than its cache may take, and visitors follow ever more links.
import { expect, jest, test } from '@jest/globals'
import { recordRun } from '@sleepwell/testing/fault-run'
import { until } from '../api.ts'
import { startSystem } from '../system.ts'
import { startLoad } from './load-client.ts'
import { recount, seconds } from './recount.ts'

jest.setTimeout(300_000)

const links = 10_000
const destinationBytes = 15_000

test('a process that runs out of memory is started again, and no answered click is lost', async () => {
  await using system = await startSystem({
    env: {
      NODE_OPTIONS: '--max-old-space-size=64',
      CACHE_MAX_MB: '4096',
      LINKS_TIMEOUT_MS: '5000',
      // Collecting garbage from a heap that is nearly full takes longer than the 20 ms after which visitors are answered
      // without the disk. This waits 200 ms.
      CLICK_DURABILITY: 'strict',
    },
  })
  await system.query(
    'links',
    `insert into links (id, owner_id, domain, slug, destination)
     select gen_random_uuid(), 'acme', '@', 'many-' || n,
       'https://example.com/' || repeat('x', ${destinationBytes})
     from generate_series(0, ${links}) n`,
  )
  let next = 0
  await using many = startLoad(() => `${system.access.redirect}/many-${next++ % links}`, {
    visitors: 16,
  })
  await until(
    async () => system.output(),
    (output) => output.includes('redirect ended'),
  )
  const endedAt = performance.now()
  await many.stop()
  await until(
    async () => system.output(),
    (output) => output.includes('redirect is ready again'),
  )
  const backAfterSeconds = seconds(performance.now() - endedAt)

  await using after = startLoad(`${system.access.redirect}/many-0`, { visitors: 4 })
  await until(
    async () => after.answered.length,
    (count) => count >= 100,
  )
  await after.stop()
  const answered = [...many.answered, ...after.answered]
  const query = <Row extends object>(sql: string, values?: readonly unknown[]) =>
    system.query<Row>('analytics', sql, values)
  const stoppedAt = new Date()
  await until(
    () =>
      query<{ through: Date | null }>(
        'select min(through_at) as through from spools where not closed',
      ),
    ([spool]) => (spool?.through ?? new Date(0)) > stoppedAt,
  )
  const { lost, doubled, unanswered } = await recount({ query }, answered)
  recordRun(
    'out-of-memory',
    'redirect has a heap of 64 MB and a cache that may be larger, and V8 ends it; its supervisor starts it again.',
    {
      lost,
      doubled,
      unanswered,
      answered: answered.length,
      failedRequests: many.others() + after.others(),
      backAfterSeconds,
    },
  )
  expect(system.output()).toMatch(/heap out of memory/u)
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 })
  expect(unanswered).toBeLessThanOrEqual(many.others() + after.others())
})

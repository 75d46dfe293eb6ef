// Before the newest migration and right after it, on the same connection: a release reaches its processes in any order.
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { probeLink } from '@sleepwell/contracts/probe-link'
import { createLog } from '@sleepwell/runtime/log'
import { migrate } from '@sleepwell/runtime/migrations'
import { openPool } from '@sleepwell/runtime/postgres'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { findLinks } from './link-table.ts'
import { noRules } from './test-link.ts'

const directory = fileURLToPath(new URL('../../link-write/migrations', import.meta.url))
const log = createLog('test')
log.level = 'silent'

test('links are found on the schema of the release before, and go on being found when it is migrated', async () => {
  await using database = await openTestDatabase('links', 'empty')
  const url = database.url('links_owner')
  const earlier = mkdtempSync(join(tmpdir(), 'sleepwell-migrations-'))
  const names = readdirSync(directory).toSorted()
  for (const name of names.slice(0, -1)) copyFileSync(join(directory, name), join(earlier, name))
  await migrate({ url, directory: earlier })
  rmSync(earlier, { recursive: true })
  await using redirect = openPool({
    url: database.url('redirect'),
    name: 'test',
    max: 1,
    timeoutMs: 5000,
    log,
  })
  const asked = [
    { domain: '@', slug: probeLink.slug },
    { domain: '@', slug: 'nobody' },
  ]
  const { slug: _slug, ...probe } = probeLink
  const expected = [{ ...noRules, ...probe, position: expect.any(Number) }, 'absent']
  // Postgres plans a statement anew the sixth time.
  for (let n = 0; n < 7; n++) expect(await findLinks(redirect, asked)).toEqual(expected)
  expect(await migrate({ url, directory })).toHaveLength(1)
  for (let n = 0; n < 7; n++) expect(await findLinks(redirect, asked)).toEqual(expected)
})

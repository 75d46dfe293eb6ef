// An import goes no further than its key.
import { once } from 'node:events'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { openTestApi } from './test-api.ts'
import { importerOf, ndjson, runnerOf, runningOn } from './test-jobs.ts'
import { doChunk } from './run-jobs.ts'

jest.setTimeout(60_000)

const row = '{"destination":"https://example.com/"}\n'

const revoked = `revoked_at = now(), hash = sha256(hash)`
test.each([
  ['is revoked', revoked, 'key_revoked', ''],
  ['has expired', `expires_at = now()`, 'key_expired', ''],
  ['may do no more of it', `scopes = '{links:create,links:read}'`, 'forbidden', '?upsert=true'],
])('an import stops when its key %s, and what is made stays', async (_what, set, code, query) => {
  await using api = await openTestApi()
  const acme = await importerOf(api, 'acme')
  const id = await acme.begun(ndjson, row.repeat(500), query)
  expect(await doChunk(runnerOf(api))).toBe(true)
  await api.postgres.query(`update keys set ${set}`)
  const again = await importerOf(api, 'acme')
  {
    await using _ = runningOn(api)
    expect(await again.finished(id)).toMatchObject({
      state: 'failed',
      done: 200,
      failed: 0,
      problem: { code },
    })
  }
  expect(await doChunk(runnerOf(api))).toBe(false)
  expect(await again.links()).toHaveLength(100)
  expect(await api.database.count('links')).toBe(200)
  expect(await again.errors(id)).toEqual([])
})

test.each([
  ['revoked', revoked, 'unauthenticated'],
  ['expired', `expires_at = now()`, 'key_expired'],
])('a file whose key is %s while it arrives is no job', async (_what, set, code) => {
  await using api = await openTestApi()
  const sent = httpRequest(`${api.origin}/v1/jobs`, {
    method: 'POST',
    headers: { Authorization: await api.bearer('acme'), 'Content-Type': ndjson },
  })
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  sent.write(row.repeat(1_000))
  while ((await api.database.count('job_chunks')) === 0) await sleep(10)
  await api.postgres.query(`update keys set ${set}`)
  sent.end(row)
  const [answer] = await answered
  expect(await json(answer)).toMatchObject({ code })
  while ((await api.database.count('jobs')) > 0) await sleep(10)
})

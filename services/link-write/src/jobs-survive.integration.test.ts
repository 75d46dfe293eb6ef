// An import, and the process that does it killed again and again: each row is done once.
import { expect, jest, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '@sleepwell/contracts/job'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import request from 'supertest'
import { keyIn, startService } from './test-service.ts'

jest.setTimeout(180_000)

const rows = 6_000

test('kill -9 in the middle of an import loses no row and does none twice', async () => {
  await using database = await openTestDatabase('links')
  const LINKS_URL = database.url('link_write')
  const headers = { Authorization: `Bearer ${await keyIn(LINKS_URL)}` }
  const admin = new Client({ connectionString: database.url('postgres') })
  await admin.connect()
  const count = async (what: string) => {
    const { rows } = await admin.query<{ count: string }>(`select count(*) from ${what}`)
    return Number(rows[0]?.count)
  }
  const file = Array.from({ length: rows }, (_, n) =>
    n % 100 === 7
      ? `{"destination":"ftp://example.com/${n}"}`
      : `{"destination":"https://example.com/${n}","slug":"row-${n}"}`,
  ).join('\n')
  const failed = rows / 100

  let id = ''
  let kills = 0
  for (;;) {
    await using service = await startService({ LINKS_URL })
    if (id === '') {
      const { body } = await request(service.api)
        .post('/v1/jobs')
        .set({ ...headers, 'Idempotency-Key': 'once' })
        .type('application/x-ndjson')
        .send(file)
        .expect(202)
      id = (body as Job).id
    }
    // A part of it, then the end.
    const before = await count(`links where slug like 'row-%'`)
    const finished = async () => (await count(`jobs where state = 'done'`)) === 1
    while (!(await finished()) && (await count(`links where slug like 'row-%'`)) < before + 900)
      await sleep(5)
    if (await finished()) {
      const { body } = await request(service.api).get(`/v1/jobs/${id}`).set(headers).expect(200)
      expect(body).toMatchObject({ state: 'done', rows, done: rows - failed, failed })
      break
    }
    kills += 1
    // It leaves the scope here, killed.
  }
  expect(kills).toBeGreaterThan(2)
  expect(await count(`links where slug like 'row-%' and version = 1 and deleted_at is null`)).toBe(
    rows - failed,
  )
  expect(await count(`link_changes where slug like 'row-%'`)).toBe(rows - failed)
  expect(
    await count(
      `audit_log where action = 'created' and subject_kind = 'link' and key_id is not null`,
    ),
  ).toBe(rows - failed)
  expect(await count('job_errors')).toBe(failed)
  await admin.end()
})

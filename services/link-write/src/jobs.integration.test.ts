import { request as httpRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Scope } from '@sleepwell/contracts/api-key'
import type { JobErrorPage } from '@sleepwell/contracts/job'
import type request from 'supertest'
import { doChunk } from './run-jobs.ts'
import { openTestApi } from './test-api.ts'
import { csv, importerOf, ndjson, runnerOf, runningOn } from './test-jobs.ts'
import type { TestApi } from './test-owner.ts'

jest.setTimeout(120_000)

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

/** An owner of their own, so that tests do not see each other's links. */
const importer = (ownerId: string, ...scopes: Scope[]) => importerOf(api, ownerId, ...scopes)
const running = () => runningOn(api)
const runner = () => runnerOf(api)

test('a file is imported, and rows that cannot be are told with what they said', async () => {
  const acme = await importer('file')
  await using _ = running()
  const id = await acme.begun(
    csv,
    [
      '\ufeffdestination,slug,tags,notes',
      'https://example.com/1,file-1,"a,b","with ""quotes"", and\nlines"',
      'ftp://example.com/,file-2,,',
      'https://example.com/3,file-1,,again',
      '',
      'https://example.com/4,file-4,,too,many',
      'https://example.com/5,file-5,,',
    ].join('\r\n'),
  )
  expect(await acme.finished(id)).toMatchObject({ state: 'done', rows: 5, done: 2, failed: 3 })
  const links = await acme.links()
  expect(links.map(({ slug }) => slug).toSorted()).toEqual(['file-1', 'file-5'])
  expect(links.find(({ slug }) => slug === 'file-1')).toMatchObject({
    tags: ['a', 'b'],
    notes: 'with "quotes", and\nlines',
  })
})

test('the same of NDJSON', async () => {
  const acme = await importer('lines')
  await using _ = running()
  const id = await acme.begun(
    ndjson,
    [
      '{"destination":"https://example.com/1","slug":"lines-1","notes":"a\\nb"}',
      '{"destination":',
      '5',
      '{"destination":"https://example.com/2","slug":"lines-1"}',
      '{"destination":"https://example.com/3","url":"x"}',
      '',
    ].join('\n'),
  )
  expect(await acme.finished(id)).toMatchObject({ state: 'done', rows: 5, done: 1, failed: 4 })
  expect(
    (await acme.errors(id)).map(({ row, problem: { code }, input }) => [row, code, input]),
  ).toEqual([
    [2, 'bad_json', '{"destination":'],
    [3, 'invalid_body', 5],
    [4, 'slug_taken', { destination: 'https://example.com/2', slug: 'lines-1' }],
    [5, 'invalid_body', { destination: 'https://example.com/3', url: 'x' }],
  ])
})

test('with upsert a file changes what is there', async () => {
  const acme = await importer('upsert')
  await using _ = running()
  const file = (title: string) =>
    `{"destination":"https://example.com/","externalId":"a","title":"${title}"}\n` +
    `{"destination":"https://example.com/","externalId":"b"}\n`
  await acme.finished(await acme.begun(ndjson, file('one'), '?upsert=true'))
  const again = await acme.begun(ndjson, file('two'), '?upsert=true')
  expect(await acme.finished(again)).toMatchObject({ upsert: true, done: 2, failed: 0 })
  const links = await acme.links()
  expect(links.map(({ version }) => version)).toEqual([2, 2])
  expect(links.some(({ title }) => title === 'two')).toBe(true)
  const creator = await importer('upsert', 'links:create')
  expect((await creator.post(ndjson, file('x'), '?upsert=true').expect(403)).body.code).toBe(
    'forbidden',
  )
})

test.each([
  ['a column that means nothing', csv, 'destination,url\nhttps://example.com/,x\n', 'file_invalid'],
  ['a column twice', csv, 'destination,slug,slug\n', 'file_invalid'],
  ['nothing', csv, '', 'file_invalid'],
  ['a quote that never ends', csv, 'destination\n"https://example.com/\n', 'file_invalid'],
  ['a quote in the midst of a cell', csv, 'desti"nation\n', 'file_invalid'],
  ['bytes that are no text', csv, Buffer.from([0x64, 0xff, 0xfe, 0x0a]), 'file_invalid'],
  ['a line without end', ndjson, `"${'a'.repeat(70_000)}`, 'file_invalid'],
  ['another type', 'application/json', '{}', 'unsupported_media_type'],
])('%s is refused whole, and nothing is left of it', async (_what, type, body, code) => {
  const acme = await importer('refused')
  const { rows: before } = await api.postgres.query('select count(*) from jobs')
  const answer = await acme.post(type, body)
  expect(answer.body.code).toBe(code)
  const { rows } = await api.postgres.query('select count(*) from jobs')
  expect(rows).toEqual(before)
})

test('an upload that is broken off is no job', async () => {
  const acme = await importer('broken')
  const Authorization = await api.bearer('broken')
  const { rows: before } = await api.postgres.query<{ count: number }>('select count(*) from jobs')
  const sent = httpRequest(`${api.origin}/v1/jobs`, {
    method: 'POST',
    headers: { Authorization, 'Content-Type': ndjson },
  })
  sent.on('error', () => {})
  sent.write('{"destination":"https://example.com/"}\n'.repeat(1_000))
  const jobs = async () => {
    const { rows } = await api.postgres.query<{ count: number }>('select count(*) from jobs')
    return rows[0]?.count ?? 0
  }
  while ((await jobs()) === before[0]?.count) await sleep(10)
  sent.destroy()
  while ((await jobs()) !== before[0]?.count) await sleep(10)
  expect(await acme.links()).toEqual([])
})

test('a file sent twice with one Idempotency-Key is one job', async () => {
  const acme = await importer('twice')
  await using _ = running()
  const file = '{"destination":"https://example.com/","slug":"twice"}\n'
  const headers = { 'Idempotency-Key': 'k' }
  const first = await acme.post(ndjson, file, '', headers).expect(202)
  const again = await acme.post(ndjson, file, '', headers).expect(202)
  expect(again.headers['idempotency-replayed']).toBe('true')
  expect(again.body).toEqual(first.body)
  const other = await acme.post(ndjson, `${file}${file}`, '', headers).expect(422)
  expect(other.body.code).toBe('idempotency_key_reused')
  expect(await acme.finished(first.body.id)).toMatchObject({ done: 1, failed: 0 })
  const { rows } = await api.postgres.query(`select count(*) from jobs where owner_id = 'twice'`)
  expect(rows).toEqual([{ count: 1 }])
})

test('what is cancelled goes no further, and others do not see it', async () => {
  const acme = await importer('cancel')
  const file = Array.from({ length: 500 }, () => '{"destination":"https://example.com/"}').join(
    '\n',
  )
  const id = await acme.begun(ndjson, file)
  expect(await doChunk(runner())).toBe(true)
  const cancelled = await acme.cancel(id).expect(200)
  expect(cancelled.body).toMatchObject({ state: 'cancelled', rows: 500, done: 200, failed: 0 })
  await using _ = running()
  expect(await doChunk(runner())).toBe(false)
  expect((await acme.cancel(id).expect(200)).body).toEqual(cancelled.body)
  const rival = await importer('rival')
  for (const path of [`/v1/jobs/${id}`, `/v1/jobs/${id}/errors`])
    expect((await rival.get(path).expect(404)).body.code).toBe('job_not_found')
  expect((await rival.cancel(id).expect(404)).body.code).toBe('job_not_found')
})

test('a row that no database takes is refused for itself', async () => {
  const acme = await importer('hostile')
  await using _ = running()
  const good = '{"destination":"https://example.com/"'
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
  const lines = [
    `${good},"title":"\\u0000"}`,
    `${good},"title":"\\ud800"}`,
    `${good},"\\u0000":1}`,
    `${good},"preview":{"title":["\\udfff"]}}`,
    `${good},"notes":${deep}}`,
    `${good},"title":"\0"}`,
    `${good},"createdAt":"0000-01-01T00:00:00Z"}`,
    `${good},"createdAt":"0001-01-01T00:00:00+01:00"}`,
    `${good},"slug":"hostile"}`,
  ]
  const id = await acme.begun(ndjson, lines.join('\n'))
  expect(await acme.finished(id)).toMatchObject({ state: 'done', rows: 9, done: 1, failed: 8 })
  expect((await acme.errors(id)).map(({ problem, input }) => [problem.code, input])).toEqual([
    ...lines.slice(0, 5).map((line) => ['invalid_body', line]),
    ['bad_json', `${good},"title":"\ufffd"}`],
    ...lines.slice(6, 8).map((line) => ['invalid_body', JSON.parse(line)]),
  ])

  const cells = ['title,destination', 'a\0b,https://example.com/', 'ok,https://example.com/', '\0']
  const table = await acme.begun(csv, cells.join('\n'))
  expect(await acme.finished(table)).toMatchObject({ rows: 3, done: 1, failed: 2 })
  expect((await acme.errors(table)).map(({ input }) => input)).toEqual([
    { title: 'a\ufffdb', destination: 'https://example.com/' },
    ['\ufffd'],
  ])
})

test('several who work at one job share it, and each row is done once', async () => {
  const acme = await importer('shared')
  const file = Array.from(
    { length: 2_000 },
    (_, n) => `{"destination":"https://example.com/${n}","slug":"shared-${n}"}`,
  ).join('\n')
  const id = await acme.begun(ndjson, file)
  const workers = [running(), running(), running()]
  expect(await acme.finished(id)).toMatchObject({ state: 'done', done: 2_000, failed: 0 })
  await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()))
  const { rows } = await api.postgres.query(
    `select count(*), count(distinct slug) as slugs, max(version) from links where owner_id = 'shared'`,
  )
  expect(rows).toEqual([{ count: 2_000, slugs: 2_000, max: 1 }])
})

test('rows that we fail at are not tried for ever', async () => {
  const acme = await importer('poison')
  const id = await acme.begun(ndjson, '{"destination":"https://example.com/"}\n')
  const createMany = () => Promise.reject(new Error('a bug'))
  for (let tries = 0; tries < 5; tries++)
    expect(await doChunk({ ...runner(), createMany })).toBe(true)
  expect(await acme.job(id)).toMatchObject({
    state: 'failed',
    done: 0,
    problem: { code: 'internal' },
  })
  expect(await doChunk({ ...runner(), createMany })).toBe(false)
})

test('errors come in pages', async () => {
  const acme = await importer('pages')
  await using _ = running()
  const id = await acme.begun(ndjson, Array.from({ length: 25 }, () => '5').join('\n'))
  await acme.finished(id)
  const seen: number[] = []
  let path: string | undefined = `/v1/jobs/${id}/errors?limit=10`
  while (path !== undefined) {
    const answer: request.Response = await acme.get(path).expect(200)
    seen.push(...(answer.body as JobErrorPage).errors.map(({ row }) => row))
    path = /^<(.+)>; rel="next"$/u.exec(answer.headers['link'] ?? '')?.[1]
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => n + 1))
})

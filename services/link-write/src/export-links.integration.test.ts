import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { Client } from 'pg'
import { freePort, takesConnections } from '@sleepwell/testing/ports'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { plain } from './test-rules.ts'

jest.setTimeout(60_000)

const file = fileURLToPath(new URL('export-links.ts', import.meta.url))
const many = 12_000
let database: TestDatabase

beforeAll(async () => {
  database = await openTestDatabase('links')
  const owner = new Client({ connectionString: database.url('links_owner') })
  await owner.connect()
  const insert = async (slug: string, columns = '', values = '') =>
    await owner.query(
      `insert into links (id, owner_id, domain, slug, destination${columns})
       values (gen_random_uuid(), 'acme', '@', '${slug}', 'https://example.com/${slug}?a=1&b=%20'${values})`,
    )
  await owner.query(
    `insert into links (id, owner_id, domain, slug, destination)
     select gen_random_uuid(), 'acme', '@', 'many-' || i, 'https://example.com/' || i
     from generate_series(1, ${many}) i`,
  )
  await insert('Home')
  await insert('home', ', title, tags', `, 'a "title"', '{one,two}'`)
  await insert('limited', ', max_clicks', ', 5')
  await insert('blocked', ', blocked_at', ', now()')
  await insert('expired', ', expires_at', `, now() - interval '1 day'`)
  await insert('early', ', starts_at', `, now() + interval '1 day'`)
  await insert('deleted', ', deleted_at', ', now()')
  await insert('moved', ', aliases', `, '{before}'`)
  await owner.query(
    `insert into links (id, owner_id, domain, slug, destination, alias_of)
     select gen_random_uuid(), 'acme', '@', 'before', 'https://example.com/stale', id
     from links where slug = 'moved'`,
  )
  await owner.query(`update links set domain = 'go.other' where slug = 'many-1'`)
  await owner.end()
})
afterAll(async () => await database[Symbol.asyncDispose]())

test('every living link is a line of JSON, with all that it is', async () => {
  const { status, out, err } = await exportLinks('--format', 'ndjson')
  expect([status, err]).toEqual([0, `${many + 8} links\n`]) // with the probe link
  const links = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(new Set(links.map(({ id }) => id)).size).toBe(many + 8)
  expect(links.find(({ slug }) => slug === 'home')).toEqual({
    id: expect.any(String),
    ownerId: 'acme',
    domain: '@',
    slug: 'home',
    destination: 'https://example.com/home?a=1&b=%20',
    title: 'a "title"',
    tags: ['one', 'two'],
    version: 1,
    ...plain,
    aliases: [],
    blocked: false,
    createdAt: expect.stringMatching(/Z$/u),
    updatedAt: expect.stringMatching(/Z$/u),
    deletedAt: null,
  })
  expect(links.filter(({ slug }) => slug === 'deleted')).toEqual([])
})

test('a map holds what is a plain redirect now, and HAProxy leads on by it', async () => {
  const { status, out, err } = await exportLinks('--format', 'map', '--host', 'go.example')
  expect(status).toBe(0)
  expect(err).toBe(
    `${many + 4} links; 4 left out: blocked, not started, expired, or with maxClicks\n`,
  )
  await using server = await serveMap(out)
  const { follow } = server
  expect(await follow('go.example', '/home')).toBe('https://example.com/home?a=1&b=%20')
  expect(await follow('go.example', '/Home')).toBe('https://example.com/Home?a=1&b=%20')
  expect(await follow('go.example', '/many-12000')).toBe('https://example.com/12000')
  expect(await follow('go.other', '/many-1')).toBe('https://example.com/1')
  for (const slug of ['moved', 'before'])
    expect(await follow('go.example', `/${slug}`)).toBe('https://example.com/moved?a=1&b=%20')
  for (const slug of ['HOME', 'many-1', 'limited', 'blocked', 'expired', 'early', 'deleted'])
    expect([slug, await follow('go.example', `/${slug}`)]).toEqual([slug, 404])
})

test.each([
  [[], '--format'],
  [['--format', 'csv'], 'Allowed choices are ndjson, map'],
  [['--format', 'map'], 'A map needs --host.'],
  [['--format', 'map', '--host', 'no host'], 'A host name such as go.example.'],
])('%j is refused in a sentence, and nothing is printed', async (words, sentence) => {
  const { status, out, err } = await exportLinks(...words)
  expect([status, out]).toEqual([1, ''])
  expect(err).toContain(sentence)
})

async function exportLinks(...words: string[]) {
  const child = spawn(process.execPath, [file, ...words], {
    env: { LINKS_URL: database.url('link_write') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { status, out, err }
}

/** As `docs/disaster-recovery.md` has it. */
async function serveMap(map: string) {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-map-'))
  const links = join(directory, 'links.map')
  const config = join(directory, 'haproxy.cfg')
  const port = await freePort()
  writeFileSync(links, map)
  writeFileSync(
    config,
    `defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend short_links
  bind 127.0.0.1:${port}
  http-request set-var(txn.path) path
  http-request set-var(txn.key) req.hdr(host),field(1,:),lower,concat(,txn.path)
  http-request redirect location %[var(txn.key),map_str(${links})] code 302 if { var(txn.key),map_str(${links}) -m found }
  http-request return status 404
`,
  )
  const child = spawn('haproxy', ['-db', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const said = text(child.stderr)
  const ended = once(child, 'exit')
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null) throw new Error(`haproxy did not start:\n${await said}`)
    await sleep(20)
  }
  return {
    follow: async (host: string, path: string) => {
      const request = get({ port, path, headers: { host } })
      const [answer] = (await once(request, 'response')) as [IncomingMessage]
      answer.resume()
      return answer.headers.location ?? answer.statusCode
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await ended
      rmSync(directory, { recursive: true })
    },
  }
}

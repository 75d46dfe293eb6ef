import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Client } from '@sleepwell/client/client'
import type { Scope } from '@sleepwell/contracts/api-key'
import type { CreateLink, Link } from '@sleepwell/contracts/link'
import { clientOf, follow, until } from './api.ts'
import { commandLineOf } from './command-line.ts'
import { startSystem, type System } from './system.ts'

jest.setTimeout(600_000)

let system: System
let home: string
beforeAll(async () => {
  system = await startSystem({ form: 'start' })
  home = mkdtempSync(join(tmpdir(), 'sleepwell-home-'))
})
afterAll(async () => await system[Symbol.asyncDispose]())

const line = () => commandLineOf(system.access, home)
const idsOf = async (tag: string) => {
  const found: string[] = []
  for await (const link of clientOf(system.access).each('listLinks', { limit: 100 }))
    if (link.tags.includes(tag)) found.push(link.destination)
  return found
}

test('shorten prints the short link, and nothing else where a script reads', async () => {
  const { run } = line()
  const { code, out, err } = await run([
    'shorten',
    'https://example.com/',
    '--slug',
    'from-cli',
    '--qr',
  ])
  expect([code, out]).toEqual([0, `${system.access.redirect}/from-cli\n`])
  expect(err).toContain('█')
  expect(await follow(out.trim())).toMatchObject({ status: 302, location: 'https://example.com/' })
})

test('how it ended is told by the exit code', async () => {
  const { run } = line()
  const ended = async (words: string[], more = {}) => (await run(words, more)).code
  expect(await ended(['shorten', 'https://example.com/', '--slug', 'robots.txt'])).toBe(1)
  expect(await ended(['shorten'])).toBe(2)
  expect(await ended(['shorten', 'https://example.com/', '--max-clicks', 'many'])).toBe(2)
  expect(await ended(['links', 'nonsense'])).toBe(2)
  expect(await ended(['links', 'list'], { SLEEPWELL_API_KEY: '' })).toBe(2)
  expect(await ended(['links', 'list'], { SLEEPWELL_API_KEY: 'sw_nobody' })).toBe(3)
  expect(await ended(['links', 'list'], { SLEEPWELL_LINKS: 'http://127.0.0.1:9' })).toBe(3)
  expect(await ended(['--help'])).toBe(0)
})

test('a link is listed, shown, changed and removed by its slug', async () => {
  const { run } = line()
  await run(['shorten', 'https://example.com/old', '--slug', 'for-cli', '--title', 'Old'])
  const edited = await run(['links', 'edit', 'for-cli', '--title', '', '--tags', 'a;b'])
  expect(edited.code).toBe(0)
  const shown = JSON.parse((await run(['links', 'show', 'for-cli', '-o', 'json'])).out) as Link
  expect(shown).toMatchObject({ slug: 'for-cli', title: null, tags: ['a', 'b'], version: 2 })
  const csv = await run(['links', 'list', '-o', 'csv'])
  expect(csv.out).toContain(`${shown.id},for-cli,${shown.shortLink},https://example.com/old,,a;b\n`)
  expect((await run(['links', 'rm', shown.shortLink])).code).toBe(0)
  expect((await run(['links', 'show', shown.id])).code).toBe(1)
})

test('an import that is killed goes on, makes nothing twice, and says what was refused', async () => {
  const { start, run } = line()
  const file = join(home, 'links.csv')
  const rows = Array.from({ length: 1500 }, (_, i) => `https://example.com/${i},imported`)
  rows[7] = 'ftp://example.com/,imported'
  rows[1499] = 'https://example.com/long,imported;imported'
  writeFileSync(file, `\ufeffdestination,tags\r\n${rows.join('\r\n')}\r\n`)

  const child = start(['import', file, '--parallel', '1'])
  const ended = once(child, 'exit')
  await until(
    () => idsOf('imported'),
    (found) => found.length >= 50,
  )
  child.kill('SIGKILL')
  await ended
  expect(existsSync(`${file}.import`)).toBe(true)

  const { code, err } = await run(['import', file])
  expect(err).toMatch(/1500 of 1500, 2 refused/u)
  expect(code).toBe(1)
  const made = await idsOf('imported')
  expect(new Set(made).size).toBe(1498)
  expect(made).toHaveLength(1498)
  const errors = readFileSync(`${file}.errors.csv`, 'utf8')
  expect(errors).toMatch(/^destination,tags,error,errorCode,errorRow\n/u)
  expect(errors).toContain('destination_scheme,8')
  expect(errors).toContain('invalid_body,1500')
  expect(existsSync(`${file}.import`)).toBe(false)

  // What was refused is mended, and imported as it is.
  writeFileSync(
    `${file}.errors.csv`,
    errors.replace('ftp:', 'https:').replace('imported;imported', 'imported'),
  )
  expect((await run(['import', `${file}.errors.csv`])).code).toBe(0)
  expect(await idsOf('imported')).toHaveLength(1500)
})

test.each(['csv', 'ndjson'])('what is exported as %s is imported as it was', async (format) => {
  const apiKey = await keyOf(`mover-${format}`, ['links:create', 'links:write', 'links:read'])
  const client = clientOf({ ...system.access, apiKey })
  const run = (words: string[]) => line().run(words, { SLEEPWELL_API_KEY: apiKey })
  for (const link of toMove)
    await client.createLink({ destination: 'https://example.com/', ...link })
  const old = await client.createLink({
    destination: 'https://example.com/?b=%20c&utm_source=x',
    slug: `old-${format}`,
    utm: { term: 'é' },
  })
  await client.updateLink(old.id, { slug: `new-${format}` }, { ifMatch: old })
  const soon = new Date(Date.now() + 2_000).toISOString()
  await client.createLink({ destination: 'https://example.com/over', expiresAt: soon })
  await until(
    async () => Date.now(),
    (now) => now > Date.parse(soon),
  )

  const before = await allOf(client)
  const file = join(home, `all.${format}`)
  expect(await run(['export', file])).toMatchObject({ code: 0, err: '6 links\n' })
  const dry = await run(['import', file, '--dry-run'])
  expect([dry.code, dry.err]).toEqual([0, '6 links\n'])
  for (const { id } of before) await client.deleteLink(id)
  const { code, err } = await run(['import', file])
  expect([code, err]).toEqual([0, expect.stringMatching(/^6 of 6, /u)])
  const own = { id: '', version: 0, updatedAt: '' }
  expect((await allOf(client)).map((link) => ({ ...link, ...own }))).toEqual(
    before.map((link) => ({ ...link, ...own })),
  )
  expect(before.filter(({ archived }) => archived)).toHaveLength(1)
})

const toMove: Partial<CreateLink>[] = [
  { archived: true, title: '', notes: 'one\r\n"two", \u2028 é 🦊' },
  { title: '=1+1', tags: ['a,b', '=x', '[y', 'c;d'], externalId: `'=7` },
  { tags: ['=x', 'there'], maxClicks: 9, redirectStatus: 308, forwardQuery: true },
  { preview: { title: '@home', image: 'https://example.com/p.png' }, noindex: true },
]

async function keyOf(ownerId: string, scopes: Scope[]): Promise<string> {
  const key = await clientOf(system.access).createKey({ name: ownerId, scopes, ownerId })
  return key.secret ?? ''
}

/** By slug: links that were made in one moment have no other order. */
async function allOf(client: Client): Promise<Link[]> {
  const found: Link[] = []
  for await (const link of client.each('listLinks', { limit: 100, archived: 'all' }))
    found.push(link)
  return found.toSorted((a, b) => (a.slug < b.slug ? -1 : 1))
}

test('a key that could not see how far it is makes nothing', async () => {
  const file = join(home, 'one.csv')
  writeFileSync(file, 'destination\nhttps://example.com/\n')
  const key = { SLEEPWELL_API_KEY: await keyOf('blind', ['links:create']) }
  expect(await line().run(['import', file], key)).toMatchObject({
    code: 3,
    err: expect.stringContaining('links:read'),
  })
})

test('a file with what no link has is refused before anything is made', async () => {
  const { run } = line()
  const file = join(home, 'odd.csv')
  writeFileSync(file, 'destination,destinatoin\nhttps://example.com/,x\n')
  const { code, err } = await run(['import', file])
  expect([code, err]).toEqual([2, expect.stringContaining('destinatoin')])
})

test('clicks are told as they are counted, and afterwards', async () => {
  const { run } = line()
  const { out } = await run(['shorten', 'https://example.com/counted', '--slug', 'counted'])
  const tail = run(['tail', 'counted', '--events', '1', '-o', 'json'])
  let told = false
  const ended = tail.then(() => (told = true))
  await until(
    () => follow(out.trim()),
    () => told,
  )
  await ended
  expect(JSON.parse((await tail).out.trim())).toMatchObject({ event: 'clicks' })
  const stats = await run(['stats', 'counted', '--by', 'browser', '-o', 'json'])
  expect(JSON.parse(stats.out)).toMatchObject({ rows: [{ key: 'Firefox' }] })
  expect((await run(['ledger', '-o', 'json'])).code).toBe(0)
})

test('doctor says what is well, and what is not', async () => {
  const { run } = line()
  const admin = (origin: string) => `http://localhost:${Number(new URL(origin).port) + 1000}`
  const { redirect, linkWrite, analytics } = system.access
  const origins = [redirect, linkWrite, analytics].map(admin).join(',')
  const well = await run(['doctor', '--admin', origins, '-o', 'json'])
  const findings = well.out
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as { where: string; state: string })
  expect(new Set(findings.map(({ where }) => where.split(' ')[0]))).toEqual(
    new Set(['redirect', 'link-write', 'analytics']),
  )
  expect(findings.filter(({ state }) => state !== 'good')).toEqual([])
  expect(well.code).toBe(0)
  const ill = await run(['doctor', '--admin', 'http://127.0.0.1:9'], { SLEEPWELL_API_KEY: 'sw_no' })
  expect(ill.code).toBe(3)
  expect(ill.out).toContain('is it running')
  expect(ill.out).toContain('does not know this key')
})

test('a key is stored for its owner alone, and not read from where others can', async () => {
  const { run } = line()
  const file = join(home, '.config/sleepwell/config.json')
  const bare = { SLEEPWELL_API_KEY: '' }
  expect((await run(['login'], bare, `${system.access.apiKey}\n`)).code).toBe(0)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect((await run(['links', 'list'], bare)).code).toBe(0)
  chmodSync(file, 0o640)
  expect(await run(['links', 'list'], bare)).toMatchObject({
    code: 2,
    err: expect.stringContaining('chmod 600'),
  })
  chmodSync(file, 0o600)
})

test('each shell gets its completions, and a key is printed alone', async () => {
  const { run } = line()
  for (const shell of ['bash', 'zsh', 'fish'])
    expect((await run(['completion', shell])).out).toContain('promote-region')
  const key = await run(['keys', 'create', '--name', 'ci', '--scopes', 'links:read'])
  expect(key.out).toMatch(/^sw_\w+\n$/u)
  const limited = { SLEEPWELL_API_KEY: key.out.trim() }
  expect((await run(['links', 'list'], limited)).code).toBe(0)
  expect((await run(['shorten', 'https://example.com/'], limited)).code).toBe(3)
})

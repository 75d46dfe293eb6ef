// A link with maxClicks, from the visitor to the primary: never more people than it allows.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Agent, request, type OutgoingHttpHeaders } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDomains } from '@sleepwell/contracts/domain'
import { problem } from '@sleepwell/contracts/problem'
import { listen } from '@sleepwell/runtime/http'
import { createLog } from '@sleepwell/runtime/log'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { createDescribeClick } from './describe-click.ts'
import { createFastLane } from './fast-lane.ts'
import { createOverload } from './overload.ts'
import { openLinks } from './links.ts'
import { createRedirect } from './redirect.ts'

const log = createLog('test')
log.level = 'silent'
const browser =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

let open: AsyncDisposableStack
let database: TestDatabase
let owner: Client

beforeAll(async () => {
  open = new AsyncDisposableStack()
  database = open.use(await openTestDatabase('links'))
  owner = await connect()
})
afterAll(() => open.disposeAsync())

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url('links_owner') })
  await client.connect()
  open.defer(() => client.end())
  return client
}

async function createLink(slug: string, maxClicks: number): Promise<string> {
  const { rows } = await owner.query<{ id: string }>(
    `insert into links (id, owner_id, domain, slug, destination, max_clicks)
     values (gen_random_uuid(), 'acme', '@', $1, 'https://example.com/', $2) returning id`,
    [slug, maxClicks],
  )
  return rows[0]?.id ?? ''
}

async function claimed(id: string): Promise<number> {
  const { rows } = await owner.query<{ claimed: number }>(
    'select claimed from link_claims where link_id = $1',
    [id],
  )
  return rows[0]?.claimed ?? 0
}

/** A redirect's public port over the real links; clicks are only counted. */
async function openRedirect(timeoutMs: number) {
  const stack = new AsyncDisposableStack()
  const links = stack.use(
    openLinks(
      {
        LINKS_URL: database.url('redirect'),
        LINKS_REPLICA_URLS: [],
        LINKS_TIMEOUT_MS: timeoutMs,
        REPLICA_TIMEOUT_MS: timeoutMs,
        REDIS_URL: undefined,
        REDIS_PREFIX: '',
        REDIS_TIMEOUT_MS: 1000,
        CACHE_MAX_MB: 1,
        STALE_LIMIT_HOURS: 1,
      },
      log,
    ),
  )
  let clicks = 0
  const redirect = createRedirect({
    domains: createDomains('https://go.example', []),
    known: links.resolveLink.known,
    remembered: links.resolveLink.remembered,
    find: links.resolveLink.find,
    overload: createOverload(),
    claimClick: links.claimClick,
    describeClick: createDescribeClick({
      clientAddress: () => '192.0.2.1',
      visitorId: () => undefined,
      country: () => 'unknown',
    }),
    recordClick: (_draft, kept) => {
      clicks += 1
      kept()
    },
    recordOrphan: () => {},
    answered: () => {},
    failed: () => {},
    newId: uuidv7,
  })
  const lane = createFastLane(
    redirect,
    () => {},
    (_req, res) => res.end(),
  )
  const server = stack.use(await listen(lane, { port: 0, host: '127.0.0.1', problem }))
  const agent = stack.adopt(new Agent({ keepAlive: true, maxSockets: 500 }), (one) => one.destroy())
  const follow = (slug: string, headers: OutgoingHttpHeaders = {}, method = 'GET') =>
    new Promise<number>((resolve, reject) => {
      request(
        {
          agent,
          method,
          host: '127.0.0.1',
          port: server.port,
          path: `/${slug}`,
          headers: { 'User-Agent': browser, ...headers },
        },
        (res) => res.resume().once('end', () => resolve(res.statusCode ?? 0)),
      )
        .once('error', reject)
        .end()
    })
  return {
    follow,
    clicks: () => clicks,
    /** So many at once; how many had which answer. */
    crowd: async (slug: string, size: number) => {
      const statuses = await Promise.all(Array.from({ length: size }, () => follow(slug)))
      const having = (status: number) => statuses.filter((one) => one === status).length
      return { found: having(302), gone: having(410), unavailable: having(503) }
    },
    /** Memory has the link from then on: no visitor of the test is kept from it by a slow read. */
    known: async (slug: string) => {
      while ((await follow(slug, {}, 'HEAD')) !== 302) await sleep(10)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('of 500 people at once, 100 follow a link that is for 100', async () => {
  const id = await createLink('hundred', 100)
  await using redirect = await openRedirect(30_000)
  await redirect.known('hundred')
  const before = redirect.clicks()
  expect(await redirect.crowd('hundred', 500)).toEqual({ found: 100, gone: 400, unavailable: 0 })
  expect(redirect.clicks() - before).toBe(100)
  expect(await claimed(id)).toBe(100)
})

test('two processes share the limit', async () => {
  await createLink('shared', 100)
  await using one = await openRedirect(30_000)
  await using other = await openRedirect(30_000)
  await Promise.all([one.known('shared'), other.known('shared')])
  const crowds = await Promise.all([one.crowd('shared', 150), other.crowd('shared', 150)])
  expect(crowds.reduce((sum, { found }) => sum + found, 0)).toBe(100)
})

test('a primary that answers too late costs claims, and never lets anybody too many through', async () => {
  const id = await createLink('slow', 100)
  await using redirect = await openRedirect(100)
  await redirect.known('slow')
  const locker = await connect()
  // Until it is followed for the first time there is nothing to lock.
  let found = 0
  while (found === 0) found += (await redirect.crowd('slow', 1)).found
  let unavailable = 0
  for (let round = 0; round < 5; round++) {
    await locker.query('begin')
    await locker.query('select from link_claims where link_id = $1 for update', [id])
    const waiting = await redirect.crowd('slow', 20)
    expect(waiting.found).toBe(0)
    unavailable += waiting.unavailable
    await locker.query('commit')
    found += (await redirect.crowd('slow', 20)).found
  }
  expect(unavailable).toBe(100)
  const spentInVain = async () => (await claimed(id)) - found
  // Of a call that nobody waits for any more the grant counts all the same.
  while ((await spentInVain()) <= 0) await sleep(10)

  for (let left = true; left;) {
    const crowd = await redirect.crowd('slow', 50)
    found += crowd.found
    left = crowd.gone < 50
  }
  expect(await claimed(id)).toBe(100)
  expect(found).toBeLessThan(100)
})

test('who is no person claims nothing, and is turned away once the link is used up', async () => {
  const id = await createLink('one', 1)
  await using redirect = await openRedirect(30_000)
  await redirect.known('one')
  const strangers = () =>
    Promise.all([
      redirect.follow('one', {}, 'HEAD'),
      redirect.follow('one', { 'User-Agent': 'curl/8.5.0' }),
      redirect.follow('one', { 'User-Agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' }),
      redirect.follow('one', { 'Sec-Purpose': 'prefetch' }),
    ])
  expect(await strangers()).toEqual([302, 302, 302, 302])
  expect(await claimed(id)).toBe(0)
  expect(await redirect.follow('one')).toBe(302)
  expect(await redirect.follow('one')).toBe(410)
  expect(await strangers()).toEqual([410, 410, 410, 410])
  expect(await claimed(id)).toBe(1)
})

test('a limit that is raised lets more through', async () => {
  const id = await createLink('raised', 1)
  await using redirect = await openRedirect(30_000)
  await redirect.known('raised')
  expect(await redirect.crowd('raised', 5)).toMatchObject({ found: 1, gone: 4 })
  await owner.query('begin')
  await owner.query('update links set max_clicks = 3 where id = $1', [id])
  await owner.query(
    `with change as (
       insert into link_changes (position, domain, slug, deleted)
       values (next_link_position(), '@', 'raised', false) returning position)
     update links set position = change.position from change where id = $1`,
    [id],
  )
  await owner.query('commit')
  let found = 0
  while (found < 2) found += (await redirect.crowd('raised', 1)).found
  expect(await redirect.crowd('raised', 5)).toMatchObject({ found: 0, gone: 5 })
  expect(await claimed(id)).toBe(3)
})

// analytics is killed in the midst of clicks, then made to read its whole log again: what is on screen is what was answered.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { clientOf, firefox, follow, until } from '../api.ts'
import type { System } from '../system.ts'
import { type Browser, openBrowser, type Visitor } from './browser.ts'
import { figure } from './on-screen.ts'
import { countOf, expectOverviewOfSql, own } from './overview-of-sql.ts'
import { followed, hostile, type Seeded, startSeeded } from './seeded.ts'
import { signIn } from './signed-in.ts'

jest.setTimeout(600_000)

const kills = 3
/** Of a life of analytics, before it is killed. */
const clicksOfALife = 60
const overview = '/?period=today&table=clicks'
const slugs = ['spring', 'summer', 'autumn']

let seeded: Seeded
let browser: Browser
let visitor: Visitor
beforeAll(async () => {
  seeded = await startSeeded({}, keepLog)
  browser = await openBrowser()
  // While analytics is away, reports are.
  const expected = /50[0-9]|\/api\/reports\//u
  visitor = await browser.visit({ origin: seeded.system.access.dashboard, expected })
  await signIn(visitor.page, seeded.system)
  await visitor.page.goto(overview)
})
afterAll(async () => {
  await browser[Symbol.asyncDispose]()
  await seeded[Symbol.asyncDispose]()
})

/** Redirects that were answered, those of the seed too. */
const answered = {
  human: followed.reduce((sum, people) => sum + people, 0) + hostile.length,
  bot: followed.length,
}

test('kills in the midst of clicks: every number is what SQL says, and what was answered', async () => {
  const { system } = seeded
  for (let life = 0; life < kills; life++) {
    await visit(clicksOfALife / 2)
    const killed = system.pidOf('analytics')
    process.kill(killed, 'SIGKILL')
    await visit(clicksOfALife / 2)
    await until(
      async () => pidOf(system),
      (pid) => pid !== undefined && pid !== killed,
    )
  }
  await expectTruth()
})

test('reading the whole log again changes none of them', async () => {
  const { system } = seeded
  const client = clientOf(system.access)
  const before = await client.readLedger()
  await system.query('analytics', 'update offsets set next = 0')
  process.kill(system.pidOf('analytics'), 'SIGKILL')
  const all = answered.human + answered.bot
  const after = await until(
    () => client.readLedger().catch(() => before),
    ({ totals }) => totals.duplicates >= before.totals.duplicates + all,
  )
  expect(after.totals).toMatchObject({ difference: 0, lost: 0, dropped: 0, deadLettered: 0 })
  await until(
    () => countOf(system, behind),
    (records) => records === 0,
  )
  expect(await countOf(system, `select count(*)::int as n from clicks where ${own}`)).toBe(all)
  await expectTruth()
  expect(visitor.faults()).toEqual([])
})

/** Records of the log that are behind no stored offset; heartbeats go on, so it is 0 for a moment at a time. */
const behind = `
  select sum(p.next - coalesce(o.next, 0))::int as n
  from click_log_partitions p left join offsets o using (partition)`

async function expectTruth(): Promise<void> {
  const { page } = visitor
  for (const [name, count] of Object.entries(answered))
    await until(
      () => figure(page, name),
      (shown) => shown === count,
    )
  // What was asked a moment ago is asked again: all at once.
  await page.goto(overview)
  await expectOverviewOfSql(page, seeded.system)
  for (const [name, count] of Object.entries(answered))
    expect([name, await figure(page, name)]).toEqual([name, count])
}

/** People, and a bot among each ten; each is led on. */
async function visit(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const slug = slugs[i % slugs.length]
    const isBot = i % 10 === 9
    const { status } = await follow(`${seeded.system.access.redirect}/${slug}`, {
      'User-Agent': isBot ? 'curl/8.5.0' : firefox,
      Referer: `https://${i % 2 === 0 ? 'news' : 'blog'}.example/`,
    })
    expect(status).toBe(302)
    answered[isBot ? 'bot' : 'human']++
    await sleep(5)
  }
}

/** As Kafka does for days: what was read stays, so that all of it can be read again. */
async function keepLog({ query }: System): Promise<void> {
  await query(
    'analytics',
    `create function keep_record() returns trigger language plpgsql as 'begin return null; end';
     create trigger keep before delete on click_log for each row execute function keep_record()`,
  )
}

function pidOf(system: System): number | undefined {
  try {
    return system.pidOf('analytics')
  } catch {
    return undefined
  }
}

// From the address that somebody types to a page with all its numbers, in a real browser that has seen nothing of it before: of an owner with 100,000 links
// and 100 million clicks in 90 days, and of one with a hundredth of the clicks and a hundred links, in turns on the same databases.
import { createClient } from '@sleepwell/client/client'
import type { BrowserContext } from 'playwright-core'
import { type Browser, openBrowser } from '../dashboard/browser.ts'
import { openSignedIn } from '../dashboard/signed-in.ts'
import { startSystem, type System } from '../system.ts'
import { fillLinks } from './link-fill.ts'
import { median } from './measure.ts'
import {
  fillClicks,
  fillRollups,
  linkOf,
  nameLinks,
  type Owner,
  large,
  small,
} from './report-fill.ts'

export interface DashboardResult {
  /** Median of the slowest page, the large owner's to the small one's. */
  readonly ratio: number
  readonly links: number
  readonly pages: readonly Measured[]
  /** Rows of the table in the document after all that many links were scrolled through. */
  readonly scrolled: { readonly links: number; readonly rows: number }
}

interface Measured {
  readonly page: string
  readonly smallMs: number
  readonly largeMs: number
  /** The slowest time of the large owner. */
  readonly largestMs: number
}

interface Opened {
  readonly owner: Owner
  /** Of somebody who is signed in: who did so for each page would be told to wait. */
  readonly session: Session
}

type Session = Awaited<ReturnType<BrowserContext['storageState']>>

const links = 100_000
const rawClicks = 5_000_000
const rounds = 7
const named = 500
const scrolledLinks = 2_000

const pages: Readonly<Record<string, (owner: Owner) => string>> = {
  'overview, 30 days': () => '/',
  'overview, 90 days': () => '/?period=quarter',
  links: () => '/links',
  'links, by clicks': () => '/links?sort=clicks',
  'the busiest link, 90 days': (owner) => `/links/${linkOf(owner, 1)}?period=quarter`,
}

interface Shown {
  readonly textContent: string
  readonly getAttribute: (name: string) => string | null
}
type Window = typeof globalThis & {
  readonly document: {
    readonly querySelector: (
      selector: string,
    ) => (Shown & { scrollTop: number; scrollHeight: number }) | null
    readonly querySelectorAll: (selector: string) => Iterable<Shown>
  }
}

/** Runs in the page: milliseconds since the navigation, once everything is there. */
function drawnAt(): number | false {
  const { document } = globalThis as Window
  const all = (selector: string) => [...document.querySelectorAll(selector)]
  const isThere =
    document.querySelector('.skeleton, [aria-busy="true"]') === null &&
    all('.bars li, tr[data-link]').length > 0 &&
    all('.figure .value').every(({ textContent }) => /\d/u.test(textContent)) &&
    all('.bar .cut').every(({ textContent }) => textContent !== '…')
  return isThere && performance.now()
}

/** Runs in the page. */
function scrollDown(): void {
  const box = (globalThis as Window).document.querySelector('.links-table')
  if (box !== null) box.scrollTop = box.scrollHeight
}

/** Runs in the page: whether a later row than that one is drawn. */
function isFurther(index: number): boolean {
  const rows = [...(globalThis as Window).document.querySelectorAll('tr[data-link]')]
  return Number(rows.at(-1)?.getAttribute('aria-rowindex')) > index
}

export async function benchDashboard(say: (line: string) => void): Promise<DashboardResult> {
  await using system = await startSystem()
  await using browser = await openBrowser()
  const owners: Opened[] = []
  for (const owner of [small, large]) {
    const rows = await fillRollups(system, owner, [1])
    const ranks = Math.min(named, owner.links)
    await nameLinks(system, owner, { from: 2, to: ranks })
    say(`${owner.clicks} clicks of ${owner.links} links: ${rows} rows`)
    owners.push({ owner, session: await sessionOf(browser, system, owner) })
  }
  await fillLinks(system, large.name, { links: Math.ceil((links * 10) / 9), say })
  await fillClicks(system, large, rawClicks)
  const origin = system.access.dashboard
  const measured: Measured[] = []
  for (const [page, pathOf] of Object.entries(pages)) {
    const times = new Map<Owner, number[]>()
    for (let round = 0; round <= rounds; round++)
      for (const { owner, session } of owners) {
        const ms = await openedIn(browser, origin, session, pathOf(owner))
        // The first one warms up.
        if (round > 0) times.set(owner, [...(times.get(owner) ?? []), ms])
      }
    const [ofSmall = [], ofLarge = []] = [times.get(small), times.get(large)]
    const one = {
      page,
      smallMs: Math.round(median(ofSmall)),
      largeMs: Math.round(median(ofLarge)),
      largestMs: Math.round(Math.max(...ofLarge)),
    }
    measured.push(one)
    say(JSON.stringify(one))
  }
  const scrolled = await scroll(browser, origin, owners.at(-1)?.session)
  const slowest = measured.toSorted((a, b) => b.largeMs - a.largeMs)[0]
  if (slowest === undefined) throw new Error('no page was measured')
  return { ratio: slowest.largeMs / slowest.smallMs, links, pages: measured, scrolled }
}

async function sessionOf(
  browser: Browser,
  { access }: System,
  { name: ownerId }: Owner,
): Promise<Session> {
  const origins = { links: access.linkWrite, reports: access.analytics }
  const admin = createClient({ ...origins, apiKey: access.apiKey })
  const scopes = ['links:read', 'reports:read'] as const
  const { secret = '' } = await admin.createKey({ name: ownerId, ownerId, scopes: [...scopes] })
  const system = { access: { ...access, apiKey: secret } }
  const { page } = await openSignedIn(browser, system, '/settings')
  const session = await page.context().storageState()
  await page.context().close()
  return session
}

/** Milliseconds from the navigation to the last number, in a browser that has nothing but the cookie. */
async function openedIn(
  browser: Browser,
  origin: string,
  storageState: Session,
  path: string,
): Promise<number> {
  const { page } = await browser.visit({ origin, storageState })
  await page.goto(path, { waitUntil: 'commit' })
  const drawn = await page.waitForFunction(drawnAt, undefined, { polling: 'raf' })
  const ms = Number(await drawn.jsonValue())
  await page.context().close()
  return ms
}

async function scroll(browser: Browser, origin: string, session: Session | undefined) {
  const { page } = await browser.visit({ origin, ...(session && { storageState: session }) })
  await page.goto('/links')
  const last = page.locator('tr[data-link]').last()
  await last.waitFor()
  for (;;) {
    const index = Number(await last.getAttribute('aria-rowindex'))
    if (index > scrolledLinks) break
    await page.evaluate(scrollDown)
    await page.waitForFunction(isFurther, index)
  }
  return { links: scrolledLinks, rows: await page.locator('tr[data-link]').count() }
}

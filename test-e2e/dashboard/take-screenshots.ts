// `npm run screenshots`: the pages of the dashboard over the whole stack with the demonstration in it, into docs/screenshots.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ensureInstalled } from '@sleepwell/deploy-local/install-packages'
import { listenForStop } from '@sleepwell/deploy-local/stop-request'
import type { BrowserContext, Page } from 'playwright-core'
import { startSystem, type System } from '../system.ts'
import { type Browser, desktop, openBrowser, phone } from './browser.ts'
import { keepUsing, livenUp } from './lifelike.ts'
import { isDrawn } from './on-screen.ts'
import { galleryPage, type Look, looks, nameOf, type Shot, shotsOf } from './shots.ts'
import { signIn } from './signed-in.ts'

const folder = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))
/** Rates need some minutes of numbers, or the page of reliability is full of dashes. */
const measuredMs = 150_000
/** What a chart draws, and what a map loads, comes after the numbers. */
const settledMs = 700
const mostHeight = { desktop: 2000, phone: 2600 }

interface Open {
  readonly shot: Shot
  readonly look: Look
  readonly page: Page
}

interface Studio extends Pick<Browser, 'visit'> {
  readonly origin: string
  /** Of somebody who is signed in: who did so for each picture would be told to wait. */
  readonly storageState: StorageState
}

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>

async function openStudio({ visit }: Browser, system: System): Promise<Studio> {
  const origin = system.access.dashboard
  const { page } = await visit({ origin })
  await signIn(page, system)
  const storageState = await page.context().storageState()
  await page.context().close()
  return { visit, origin, storageState }
}

async function openShot(studio: Studio, shot: Shot, look: Look): Promise<Open> {
  const { visit, origin, storageState } = studio
  const { page } = await visit({
    origin,
    ...(shot.signedIn !== false && { storageState }),
    colorScheme: look.theme,
    viewport: look.size === 'phone' ? phone : { ...desktop, height: 800 },
    reducedMotion: 'reduce',
  })
  await page.goto(shot.path)
  await page.locator('h1').first().waitFor()
  await shot.prepare?.(page)
  await isDrawn(page)
  return { shot, look, page }
}

/** As high as the page, so that what sticks to the window is where people see it. */
async function take({ shot, look, page }: Open): Promise<string> {
  const height = await page.evaluate<number>('document.documentElement.scrollHeight')
  const { width } = page.viewportSize() ?? desktop
  if (shot.asHighAsWindow !== true)
    await page.setViewportSize({ width, height: Math.min(height, mostHeight[look.size]) })
  await sleep(settledMs)
  await isDrawn(page)
  const file = nameOf(shot, look)
  // Playwright makes PNG, thrice as large.
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 85 })
  writeFileSync(join(folder, file), Buffer.from(data, 'base64'))
  await page.context().close()
  return file
}

async function main(stop: AbortSignal): Promise<void> {
  await ensureInstalled('tests', { say: console.log, stop })
  console.log('starting the stack, with a month of clicks')
  await using system = await startSystem({ form: 'stack', demo: true })
  await livenUp(system)
  await using _use = keepUsing(system)
  await using browser = await openBrowser()
  const studio = await openStudio(browser, system)
  const shots = await shotsOf(system)
  // Opened first and taken last: what has been seen of it grows meanwhile.
  const live = shots.filter(({ name }) => name === 'live')
  const watching = await Promise.all(
    live.flatMap((shot) => looks.map((look) => openShot(studio, shot, look))),
  )
  console.log('waiting for rates that are worth a picture')
  await sleep(measuredMs, undefined, { signal: stop })
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
  for (const shot of shots)
    for (const look of looks)
      if (!live.includes(shot)) {
        stop.throwIfAborted()
        console.log(await take(await openShot(studio, shot, look)))
      }
  for (const open of watching) console.log(await take(open))
  writeFileSync(join(folder, 'README.md'), galleryPage(shots))
}

using request = listenForStop(console.error)
await main(request.stop)

// `npm start -- --demo`: links are made by the API, clicks travel by the click log as those of a redirect do, with times of
// the past; analytics counts them, and the ledger tells when it has all of them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient, type Client } from '@sleepwell/client/client'
import type { Access } from '../access.ts'
import { CannotStart } from '../cannot-start.ts'
import { environment } from '../services.ts'
import { type DemoTarget, demoClicks } from './demo-clicks.ts'
import { demoLinks } from './demo-links.ts'

export interface DemoOptions {
  readonly access: Pick<Access, 'linkWrite' | 'analytics' | 'apiKey'>
  readonly clickLogUrl: string
  readonly say: (line: string) => void
  readonly stop: AbortSignal
}

const program = fileURLToPath(
  new URL('../../../packages/click-log/src/publish-clicks.ts', import.meta.url),
)
const tellEvery = 10_000

/** Of the analytics that counts it: what is brought in of the past counts as it would have then. */
export const demoSettings = { UNIQUE_WITHIN_HOURS: String(30 * 24) }

export async function fillDemo({ access, clickLogUrl, say, stop }: DemoOptions): Promise<void> {
  const { linkWrite, analytics, apiKey } = access
  const client = createClient({ links: linkWrite, reports: analytics, apiKey, signal: stop })
  if (await isThere(client)) {
    say('The demonstration is there already; --fresh begins without it.')
    return
  }
  const targets = await makeLinks(client)
  const before = await countedBy(client)
  const clicks = [...demoClicks(targets, Date.now())]
  say(`${targets.length} links, ${clicks.length.toLocaleString('en')} clicks of the last month`)
  await publish(clicks, clickLogUrl, stop)
  await untilCounted(client, before + clicks.length, clicks.length, say)
  await changeSome(client, targets)
}

async function isThere(client: Client): Promise<boolean> {
  try {
    await client.findByExternalId(demoLinks[0]?.link.externalId ?? '')
    return true
  } catch (error) {
    if (Object(error).code === 'link_not_found') return false
    throw error
  }
}

async function makeLinks(client: Client): Promise<DemoTarget[]> {
  const links = demoLinks.map(({ link }) => link)
  const { results } = await client.createLinks({ mode: 'best-effort', upsert: true, links })
  const { ownerId } = await client.findOwnKey()
  return results.flatMap(({ index, link }) => {
    const demo = demoLinks[index]
    return demo === undefined || link === undefined ? [] : { ...demo, linkId: link.id, ownerId }
  })
}

async function publish(clicks: readonly object[], url: string, stop: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [program], {
    env: environment({ CLICK_LOG_URL: url }),
    stdio: ['pipe', 'ignore', 'inherit'],
    signal: stop,
  })
  const ended = once(child, 'close')
  for (const click of clicks)
    if (!child.stdin.write(`${JSON.stringify(click)}\n`)) await once(child.stdin, 'drain')
  child.stdin.end()
  const [status] = (await ended) as [number | null]
  if (status !== 0) throw new CannotStart('The clicks of the demonstration could not be published.')
}

async function untilCounted(
  client: Client,
  counted: number,
  all: number,
  say: (line: string) => void,
): Promise<void> {
  let told = 0
  for (;;) {
    const left = Math.max(0, counted - (await countedBy(client)))
    if (left === 0) return
    if (all - left >= told + tellEvery) {
      told = all - left
      say(`${told.toLocaleString('en')} of ${all.toLocaleString('en')} clicks are in the reports`)
    }
    await sleep(250)
  }
}

/** While analytics has its hands full, the ledger may have to wait. */
async function countedBy(client: Client): Promise<number> {
  for (;;) {
    try {
      return (await client.readLedger()).totals.counted
    } catch (error) {
      if (!['unavailable', 'timeout'].includes(String(Object(error).code))) throw error
      await sleep(1_000)
    }
  }
}

/** So that there is a history to look at. */
async function changeSome(client: Client, targets: readonly DemoTarget[]): Promise<void> {
  const change = async (slug: string, changes: { title?: string; destination?: string }) => {
    const target = targets.find(({ link }) => link.slug === slug)
    if (target !== undefined) await client.updateLink(target.linkId, changes, { ifMatch: '*' })
  }
  await change('webinar', { title: 'Webinar: short links that stay up (recording)' })
  await change('old-shop', { destination: 'https://www.example.com/shop' })
}

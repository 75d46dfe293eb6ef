// What the demonstration lacks to look like a place where people work: keys of several kinds, edits, and visitors now.
import { setTimeout as sleep } from 'node:timers/promises'
import { clientOf, firefox, follow } from '../api.ts'
import type { System } from '../system.ts'

const agents = [
  firefox,
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
  'curl/8.5.0',
]
/** The most wanted are named more often. */
const visited = [
  'spring-sale',
  'handbook',
  'menu',
  'spring-sale',
  'app',
  'jobs',
  'spring-ig',
  'api',
]
const pauseMs = 220

export async function livenUp({ access }: Pick<System, 'access'>): Promise<void> {
  const client = clientOf(access)
  await client.createKey({ name: 'newsletter', scopes: ['links:create', 'links:read'] })
  await client.createKey({ name: 'data warehouse', scopes: ['reports:read'] })
  const old = await client.createKey({ name: 'intern', scopes: ['links:read'] })
  await client.revokeKey(old.id, { ifMatch: old })
  const { links } = await client.listLinks({ search: 'spring-sale', limit: 10 })
  const sale = links.find(({ slug }) => slug === 'spring-sale')
  if (sale === undefined) throw new Error('The demonstration has no spring-sale.')
  const titled = await client.updateLink(
    sale.id,
    { title: 'Spring sale, everything must go' },
    { ifMatch: sale },
  )
  await client.updateLink(
    sale.id,
    { tags: [...titled.tags, 'homepage'], notes: 'On the front page until the end of the month.' },
    { ifMatch: titled },
  )
}

/** People who follow links, read reports and edit, until disposed. */
export function keepUsing({ access }: Pick<System, 'access'>): AsyncDisposable {
  const client = clientOf(access)
  const leave = new AbortController()
  const visiting = (async () => {
    for (let n = 0; !leave.signal.aborted; n++) {
      const slug = visited[(n * 5) % visited.length] ?? ''
      await follow(`${access.redirect}/${slug}`, {
        'User-Agent': agents[(n * 7) % agents.length] ?? firefox,
      })
      if (n % 20 === 0) await client.reportClicks()
      if (n % 10 === 0) await client.listLinks({ limit: 20 })
      await sleep(pauseMs * (0.5 + ((n * 37) % 10) / 6))
    }
  })()
  return {
    [Symbol.asyncDispose]: async () => {
      leave.abort()
      await visiting
    },
  }
}

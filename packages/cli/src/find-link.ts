import type { Client } from '@sleepwell/client/client'
import { SleepwellError } from '@sleepwell/client/sleepwell-error'
import type { Result } from '@sleepwell/client/api-types'
import { UsageError } from './exit-code.ts'

export type Link = Result<'findLink'>

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu

/** By its id, its slug, a former one, or the short link itself. */
export async function findLink(client: Client, reference: string): Promise<Link> {
  if (uuid.test(reference)) return client.findLink(reference)
  if (/^https?:/u.test(reference) && !URL.canParse(reference))
    throw new UsageError(`not a short link: ${reference}`)
  const url = /^https?:\/\//u.test(reference) ? new URL(reference) : undefined
  const slug = url === undefined ? reference : url.pathname.replaceAll('/', '')
  const isMeant = (link: Link) =>
    (link.slug === slug || link.aliases.includes(slug)) &&
    (url === undefined || new URL(link.shortLink).host === url.host)
  for await (const link of search(client, slug)) if (isMeant(link)) return link
  // As of an id that nothing has: it is said in the right way, and refused.
  throw new Error(`No link of yours is ${reference}.`)
}

/** What is too short to be searched for is looked for among all. */
async function* search(client: Client, slug: string): AsyncGenerator<Link> {
  const query = { limit: 100, archived: 'all' } as const
  try {
    yield* client.each('listLinks', { ...query, search: slug })
  } catch (error) {
    if (!(error instanceof SleepwellError) || error.code !== 'query_too_broad') throw error
    yield* client.each('listLinks', query)
  }
}

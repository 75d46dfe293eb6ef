import { randomBytes } from 'node:crypto'
import { createClient } from '@sleepwell/client/client'
import type { Access } from '../system.ts'

const scopes = ['links:read', 'links:create', 'links:write', 'reports:read'] as const

export interface TwoOwners {
  /** Of the one who asks. */
  readonly apiKey: string
  /** Ids of his keys: of that one, and of one that may be rotated and revoked. */
  readonly ownKeys: { readonly asking: string; readonly spare: string }
  /** What the other one has; it must never be answered to the first. */
  readonly foreignIds: readonly string[]
  /** In all that the other one has. */
  readonly marker: string
}

/** One who fuzzes, under that name, and one who has links, keys and clicks that are none of his business. */
export async function plantTwoOwners(access: Access, asking: string): Promise<TwoOwners> {
  const origins = { links: access.linkWrite, reports: access.analytics }
  const admin = createClient({ ...origins, apiKey: access.apiKey })
  const keyOf = async (ownerId: string, name: string) => {
    const more = await admin.createKey({ name, ownerId, scopes: [...keyScopes] })
    return { id: more.id, secret: more.secret ?? '' }
  }
  const marker = `secret${randomBytes(8).toString('hex')}`
  const [one, spare] = [await keyOf(asking, 'fuzz'), await keyOf(asking, 'spare')]
  const other = await keyOf('other', marker)
  const client = createClient({ ...origins, apiKey: other.secret })
  const foreignIds = [other.id]
  for (let n = 0; n < 20; n++) {
    const link = await client.createLink({
      destination: `https://${marker}.example/${n}`,
      slug: `${marker}-${n}`,
      title: marker,
      tags: [marker],
    })
    foreignIds.push(link.id)
    await fetch(link.shortLink, { redirect: 'manual' })
  }
  await client.deleteLink(foreignIds.at(-1) ?? '')
  return { apiKey: one.secret, ownKeys: { asking: one.id, spare: spare.id }, foreignIds, marker }
}

const keyScopes = [...scopes, 'keys:read', 'keys:write', 'audit:read'] as const

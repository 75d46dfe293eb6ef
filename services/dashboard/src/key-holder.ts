import { isWellFormedKey } from '@sleepwell/contracts/api-key'
import { Key, OwnKey } from '@sleepwell/contracts/key'
import type { z } from 'zod'
import type { Session } from './session.ts'

export type Identified = Session | 'unknown' | 'expired' | 'unavailable'

export interface KeyHolderDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Origins. */
  readonly links: string
  readonly reports: string
}

const timeoutMs = 5_000
const withName = Key.pick({ id: true, ownerId: true, scopes: true, name: true })

/** Whose key it is, as link-write says; while it is away analytics knows all but its name. */
export function createIdentify({ fetch, links, reports }: KeyHolderDeps) {
  return async (apiKey: string): Promise<Identified> => {
    if (!isWellFormedKey(apiKey)) return 'unknown'
    const told = await ask(fetch, links, apiKey, withName)
    if (told !== 'unavailable') return told
    return await ask(fetch, reports, apiKey, OwnKey)
  }
}

async function ask(
  // Called as a function of nobody.
  fetch: KeyHolderDeps['fetch'],
  origin: string,
  apiKey: string,
  schema: z.ZodType<z.infer<typeof OwnKey> & { name?: string | null }>,
): Promise<Identified> {
  try {
    const answer = await fetch(`${origin}/v1/key`, {
      headers: { Authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(timeoutMs),
    })
    const body: unknown = await answer.json()
    if (answer.status === 401) return Object(body).code === 'key_expired' ? 'expired' : 'unknown'
    if (!answer.ok) return 'unavailable'
    const { id, ownerId, scopes, name = null } = schema.parse(body)
    return { apiKey, keyId: id, ownerId, scopes, name }
  } catch {
    return 'unavailable'
  }
}

import { type Client, createClient } from '@sleepwell/client/client'
import type { CreateLink, Link } from '@sleepwell/contracts/link'
import type { ClickReport } from '@sleepwell/contracts/report'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Access } from './system.ts'

export const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

export interface Answer<Body> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

/** One request to an API with the key of this start. */
export async function call<Body>(
  access: Pick<Access, 'apiKey'>,
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<Body>> {
  const answer = await fetch(url, {
    method,
    headers: {
      Authorization: `Bearer ${access.apiKey}`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: (text === '' ? undefined : JSON.parse(text)) as Body,
  }
}

/** Both APIs. It tries once: a test sees each refusal. */
export function clientOf(access: Pick<Access, 'linkWrite' | 'analytics' | 'apiKey'>): Client {
  const { linkWrite, analytics, apiKey } = access
  return createClient({ links: linkWrite, reports: analytics, apiKey, retries: 0 })
}

export function createLink(
  access: Access,
  destination: string,
  rest: Partial<CreateLink> = {},
): Promise<Link> {
  return clientOf(access).createLink({ destination, ...rest })
}

export interface Followed {
  readonly status: number
  readonly location: string | null
  readonly requestId: string | null
}

/** Follows a short link as a browser does, one step. */
export async function follow(
  shortLink: string,
  headers: Record<string, string> = {},
): Promise<Followed> {
  const answer = await fetch(shortLink, {
    redirect: 'manual',
    headers: { 'User-Agent': firefox, ...headers },
  })
  await answer.arrayBuffer()
  return {
    status: answer.status,
    location: answer.headers.get('location'),
    requestId: answer.headers.get('x-request-id'),
  }
}

export function report(access: Access, query: string): Promise<ClickReport> {
  const asked = Object.fromEntries(new URLSearchParams(query))
  return clientOf(access).reportClicks(undefined, { query: asked })
}

/** Waits for what must happen; the test runner's own limit ends a wait in vain. */
export async function until<T>(
  attempt: () => Promise<T>,
  enough: (value: T) => boolean,
): Promise<T> {
  for (;;) {
    const value = await attempt()
    if (enough(value)) return value
    await sleep(20)
  }
}

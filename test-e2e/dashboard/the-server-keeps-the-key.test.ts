// The dashboard's server, against the real services.
import { expect, jest, test } from '@jest/globals'
import type { Link } from '@sleepwell/contracts/link'
import { createLink, follow, until } from '../api.ts'
import { startSystem } from '../system.ts'
import { signInLinkOf } from './signed-in.ts'

// A whole system is started.
jest.setTimeout(300_000)

test('a link signs in once, and then the page has both APIs, a stream and the state of the whole', async () => {
  await using system = await startSystem()
  const { access } = system
  const link = await createLink(access, 'https://example.com/')
  const { dashboard } = access
  const token = new URL(signInLinkOf(system)).hash.replace('#token=', '')
  const ask = (
    path: string,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  ) =>
    fetch(`${dashboard}${path}`, {
      ...init,
      headers: { Origin: dashboard, 'Content-Type': 'application/json', ...init.headers },
    })
  const post = () => ask('/api/session', { method: 'POST', body: JSON.stringify({ token }) })

  const signedIn = await post()
  expect(signedIn.status).toBe(204)
  expect((await post()).status).toBe(401)
  const headers = { Cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' }
  expect(headers.Cookie).not.toContain(access.apiKey)

  const found = await ask(`/api/links/v1/links/${link.id}`, { headers })
  expect([found.status, found.headers.get('etag')]).toEqual([200, '"1"'])
  expect(((await found.json()) as Link).slug).toBe(link.slug)

  const leave = new AbortController()
  const stream = await ask('/api/reports/v1/live', { headers, signal: leave.signal })
  expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/u)
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  const hear = async (words: string) => {
    let told = ''
    while (!told.includes(words)) {
      const piece = await reader?.read()
      if (piece === undefined || piece.done) throw new Error(`the stream ended after ${told}`)
      told += piece.value
    }
  }
  // Of clicks before its first block a stream says nothing.
  await hear('id: ')
  await follow(link.shortLink)
  await hear('event: clicks')
  leave.abort()

  const state = await until(
    async () =>
      (await (await ask('/api/reliability', { headers })).json()) as {
        readonly source: string
        readonly services: readonly { readonly name: string; readonly up: boolean | null }[]
        readonly ledger: { readonly totals: { readonly counted: number } } | null
        readonly drills: readonly object[] | null
      },
    ({ services, ledger }) =>
      services.every(({ up }) => up === true) && ledger?.totals.counted === 1,
  )
  expect(state.source).toBe('services')
  expect(state.services.map(({ name }) => name)).toEqual([
    'redirect',
    'link-write',
    'analytics',
    'dashboard',
  ])
  expect(state.drills?.length).toBeGreaterThan(5)
})

import { expect, test } from '@jest/globals'
import { createIdentify } from './key-holder.ts'
import { apiKey, session } from './test-dashboard.ts'

const { keyId: id, ownerId, name, scopes } = session
const json =
  (body: object, status = 200) =>
  () =>
    Response.json(body, { status })
const down = () => {
  throw new TypeError('connection refused')
}

function identifying(links: () => Response, reports: () => Response) {
  const asked: string[] = []
  const identify = createIdentify({
    links: 'http://links.test',
    reports: 'http://reports.test',
    fetch: async (url) => {
      asked.push(url)
      return url.startsWith('http://links.test') ? links() : reports()
    },
  })
  return { identify, asked }
}

test('link-write says whose key it is', async () => {
  const { identify, asked } = identifying(json({ id, ownerId, scopes, name, version: 1 }), down)
  expect(await identify(apiKey)).toEqual(session)
  expect(asked).toEqual(['http://links.test/v1/key'])
})

test.each([
  ['away', down],
  ['without its database', json({ code: 'unavailable' }, 503)],
  ['of an earlier release', json({ code: 'not_found' }, 404)],
])('while link-write is %s analytics says it, but for the name', async (_how, links) => {
  const { identify } = identifying(links, json({ id, ownerId, scopes }))
  expect(await identify(apiKey)).toEqual({ ...session, name: null })
})

test('a key that nobody knows, one that has ended, and nobody who could tell', async () => {
  const refused = (code: string) => identifying(json({ code }, 401), down).identify(apiKey)
  expect(await refused('unauthenticated')).toBe('unknown')
  expect(await refused('key_expired')).toBe('expired')
  expect(await identifying(down, down).identify(apiKey)).toBe('unavailable')
})

test('what is no key is asked of nobody', async () => {
  const { identify, asked } = identifying(down, down)
  expect(await identify(`${apiKey}x`)).toBe('unknown')
  expect(asked).toEqual([])
})

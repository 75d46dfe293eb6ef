import { expect, test } from '@jest/globals'
import type { IncomingMessage } from 'node:http'
import { Click } from '@sleepwell/contracts/click'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { createDescribeClick } from './describe-click.ts'
import { noRules } from './test-link.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

const link = {
  id: '0199b3a0-0000-7000-8000-000000000001',
  ownerId: 'acme',
  destination: 'https://example.com/',
  ...noRules,
  position: 1,
}
const describe = createDescribeClick({
  clientAddress: () => '203.0.113.7',
  visitorId: () => 'visitor',
  country: () => 'DE',
})
const clickOf = (headers: Record<string, string>, method = 'GET') =>
  describe(uuidv7(), link, { method, headers } as unknown as IncomingMessage)

test('a browser is a person', () => {
  const click = clickOf({ 'user-agent': firefox, referer: 'https://news.example/path?q=1' })
  expect(click).toMatchObject({
    bot: false,
    device: 'desktop',
    browser: 'Firefox',
    os: 'Linux',
    country: 'DE',
    visitor: 'visitor',
    referrerHost: 'news.example',
  })
  expect(clickOf({ 'user-agent': safari })).toMatchObject({ device: 'mobile', browser: 'Safari' })
})

test.each([
  [
    'a crawler',
    { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
  ],
  ['a link preview', { 'user-agent': 'facebookexternalhit/1.1' }],
  ['a program', { 'user-agent': 'curl/8.5.0' }],
  ['nobody in particular', {}],
  ['a prefetch', { 'user-agent': firefox, 'sec-purpose': 'prefetch;prerender' }],
  ['a preview', { 'user-agent': firefox, purpose: 'preview' }],
])('%s is not a person', (_who, headers) => {
  expect(clickOf(headers as unknown as Record<string, string>).bot).toBe(true)
})

test('a HEAD is not a person', () => {
  expect(clickOf({ 'user-agent': firefox }, 'HEAD').bot).toBe(true)
})

test.each([{ 'sec-gpc': '1' }, { dnt: '1' }])(
  '%j is honoured: counted, never followed',
  (header) => {
    const click = clickOf({ 'user-agent': firefox, ...(header as Record<string, string>) })
    expect(click.bot).toBe(false)
    expect(click.visitor).toBeUndefined()
  },
)

test('the campaign is that of the URL that was followed', () => {
  const { utm } = describe(uuidv7(), link, {
    method: 'GET',
    headers: {},
    url: '/spring?utm_source=mail&secret=needle',
  } as unknown as IncomingMessage)
  expect(utm).toEqual({ source: 'mail' })
})

test('nothing that names a visitor is kept, whatever is sent', () => {
  const needle = 'needle7c1f'
  const shape = fc.constantFrom(`${needle}/1.0 (x)`, `Mozilla/5.0 (${needle}) ${needle}/9`, needle)
  const text = fc.tuple(fc.string(), shape).map(([before, rest]) => `${before}${rest}`)
  fc.assert(
    fc.property(text, text, (userAgent, path) => {
      const referer = `https://news.example/${encodeURIComponent(path)}`
      expect(JSON.stringify(clickOf({ 'user-agent': userAgent, referer }))).not.toContain(needle)
    }),
  )
})

test('whatever headers are sent, the click is one that analytics accepts', () => {
  const header = fc.oneof(fc.string({ unit: 'binary', maxLength: 600 }), fc.webUrl())
  fc.assert(
    fc.property(header, header, (userAgent, referer) => {
      const click = { ...clickOf({ 'user-agent': userAgent, referer }), seq: 1 }
      const sent = { ...click, spool: uuidv7(), at: new Date().toISOString() }
      expect(Click.safeParse(JSON.parse(JSON.stringify(sent))).error).toBeUndefined()
    }),
  )
})

// What crawlers of social networks are shown of a link that has a preview.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import request from 'supertest'
import { socialCrawlers } from './social-crawlers.ts'
import { link, redirectServing } from './test-redirect.ts'

const preview = {
  title: 'Spring "sale" <b>',
  description: 'Half & less',
  image: 'https://example.com/a.png?b=1&c=2',
}
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const ask = (server: ReturnType<typeof redirectServing>['server'], userAgent: string) =>
  request(server).get('/home').set('User-Agent', userAgent)

/** As a crawler reads them. */
function tagsIn(html: string): Record<string, string> {
  const tags = [...html.matchAll(/<meta (?:name|property)="([^"]*)" content="([^"]*)">/gu)]
  return Object.fromEntries(tags.map(([, name, content]) => [name, unescaped(content ?? '')]))
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

test.each([...socialCrawlers])('$name is shown the preview, as a bot’s click', async (crawler) => {
  const { server, outcomes, clicks } = redirectServing({ ...link, preview })
  const { headers, text } = await ask(server, crawler.example).expect(200)
  expect(headers.location).toBeUndefined()
  expect(tagsIn(text)).toEqual({
    description: preview.description,
    'og:type': 'website',
    'og:url': 'https://go.example/home',
    'og:title': preview.title,
    'og:description': preview.description,
    'og:image': preview.image,
    'twitter:card': 'summary_large_image',
    'twitter:title': preview.title,
    'twitter:description': preview.description,
    'twitter:image': preview.image,
  })
  expect(outcomes).toEqual(['found'])
  expect(clicks.map(({ id }) => id)).toEqual([headers['x-request-id']])
})

test.each([
  ['a person', chrome],
  ['a search engine', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  ['a program', 'curl/8.5.0'],
  ['who does not say', ''],
])('%s is led on, preview or not', async (_who, userAgent) => {
  const { server } = redirectServing({ ...link, preview })
  const { status, headers } = await ask(server, userAgent)
  expect([status, headers.location]).toEqual([302, link.destination])
})

test('a crawler is led on where there is no preview', async () => {
  expect((await ask(redirectServing(link).server, 'Twitterbot/1.0')).status).toBe(302)
})

test('a crawler hears what has become of a link', async () => {
  const ended = { ...link, preview, expiredDestination: 'https://example.com/over' }
  const all = [
    redirectServing({ expired: ended }),
    redirectServing('blocked'),
    redirectServing({ ...link, preview, limited: true }, 'gone'),
  ]
  const asked = all.map(async ({ server }) => (await ask(server, 'Twitterbot/1.0')).status)
  expect(await Promise.all(asked)).toEqual([302, 410, 410])
})

test('nothing in it may run, be framed or sniffed, and nothing is kept', async () => {
  const { server } = redirectServing({ ...link, preview })
  const { headers } = await ask(server, 'Twitterbot/1.0')
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  })
  expect(headers['x-robots-tag']).toBeUndefined()
  const hidden = redirectServing({ ...link, preview, noindex: true })
  await ask(hidden.server, 'Twitterbot/1.0').expect('x-robots-tag', 'noindex')
})

test('HEAD is answered as GET is, without the page', async () => {
  const { server } = redirectServing({ ...link, preview })
  const { headers } = await request(server).head('/home').set('User-Agent', 'Twitterbot/1.0')
  const { text } = await ask(server, 'Twitterbot/1.0')
  expect(headers['content-length']).toBe(String(Buffer.byteLength(text)))
})

test('whatever a preview says is text, and is read as it was written', async () => {
  const text = fc.option(
    fc.string({
      unit: fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '&',
        '/',
        'script',
        '=',
        ' ',
        'ü',
        '🦊',
        '&lt;',
        '-',
      ),
      minLength: 1,
    }),
  )
  await fc.assert(
    fc.asyncProperty(text, text, fc.option(fc.webUrl()), async (title, description, image) => {
      const { server } = redirectServing({ ...link, preview: { title, description, image } })
      const { text: html } = await ask(server, 'Twitterbot/1.0').expect(200)
      const tags = tagsIn(html)
      expect(tags['og:title'] ?? null).toBe(title)
      expect(tags['og:description'] ?? null).toBe(description)
      expect(tags['twitter:image'] ?? null).toBe(image)
      expect(html).not.toMatch(/<(?!\/?(?:!doctype|html|meta|title|h1|p|a)\b)/iu)
    }),
    { numRuns: 200 },
  )
})

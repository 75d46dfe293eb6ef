// What a social network shows of a link: the tags that its crawler reads, and a way on for a person who was taken for one.
import type { ServerResponse } from 'node:http'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import type { Preview } from '@sleepwell/contracts/link'
import { escapeHtml } from './escape-html.ts'

/** @param shortLink as it was asked for: networks take `og:url` for the address of what they show */
export function sendPreview(
  res: ServerResponse,
  requestId: string,
  { destination, noindex }: Pick<CachedLink, 'destination' | 'noindex'>,
  preview: Preview,
  shortLink: string,
): void {
  const html = render(preview, shortLink, destination)
  res.statusCode = 200
  res.setHeader('X-Request-Id', requestId)
  res.setHeader('Content-Type', 'text/html; charset=utf-8')
  res.setHeader('Content-Length', Buffer.byteLength(html))
  res.setHeader('Cache-Control', 'private, no-store')
  res.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  )
  res.setHeader('X-Content-Type-Options', 'nosniff')
  if (noindex) res.setHeader('X-Robots-Tag', 'noindex')
  res.end(res.req.method === 'HEAD' ? undefined : html)
}

function render({ title, description, image }: Preview, shortLink: string, to: string): string {
  const heading = escapeHtml(title ?? shortLink)
  const tags = [
    ['property', 'og:type', 'website'],
    ['property', 'og:url', shortLink],
    ['property', 'og:title', title],
    ['property', 'og:description', description],
    ['property', 'og:image', image],
    ['name', 'description', description],
    ['name', 'twitter:card', image === null ? 'summary' : 'summary_large_image'],
    ['name', 'twitter:title', title],
    ['name', 'twitter:description', description],
    ['name', 'twitter:image', image],
  ] as const
  const lines = tags.flatMap(([kind, name, content]) =>
    content === null ? [] : [`<meta ${kind}="${name}" content="${escapeHtml(content)}">`],
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${heading}</title>
${lines.join('\n')}
<h1>${heading}</h1>
${description === null ? '' : `<p>${escapeHtml(description)}</p>\n`}<p><a href="${escapeHtml(to)}">${escapeHtml(to)}</a></p>
</html>
`
}

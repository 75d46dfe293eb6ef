// What a person sees who followed a link that leads nowhere, or asked where one leads. No script, nothing from elsewhere.
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { escapeHtml } from './escape-html.ts'

export interface Page {
  readonly title: string
  readonly text: string
  /** Where the text is about. */
  readonly link?: string
  readonly notes?: readonly string[]
}

export const pages = {
  absent: {
    title: 'This link does not exist',
    text: 'There is nothing behind this address. Links are exact: a missing letter, or a capital one, makes another link.',
  },
  gone: {
    title: 'This link is no longer available',
    text: 'It has expired or been used up, or whoever made it has taken it back.',
  },
  blocked: {
    title: 'This link has been blocked',
    text: 'We do not lead there any more, because of what was behind it.',
  },
  unavailable: {
    title: 'Please try again in a moment',
    text: 'We cannot look this link up just now. It is not lost.',
  },
  limited: {
    title: 'Too many links that do not exist',
    text: 'So many were asked for from your network that we look no more of them up for a minute. Known links still work.',
  },
  home: {
    title: 'Sleepwell',
    text: 'Short links live here. Follow one, and it will take you where it leads.',
  },
} as const satisfies Record<string, Page>

export function sendPage(res: ServerResponse, status: number, page: Page): void {
  const html = render(page)
  res.statusCode = status
  res.setHeader('Content-Type', 'text/html; charset=utf-8')
  res.setHeader('Content-Length', Buffer.byteLength(html))
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader(
    'Content-Security-Policy',
    `default-src 'none'; style-src '${styleHash}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('X-Robots-Tag', 'noindex')
  if (status === 503) res.setHeader('Retry-After', 1)
  res.end(res.req.method === 'HEAD' ? undefined : html)
}

const style = `
  :root { color-scheme: light dark; --ink: #1c2333; --quiet: #5b6478; --paper: #f7f8fb; --line: #c9cfdd }
  @media (prefers-color-scheme: dark) { :root { --ink: #eef1f8; --quiet: #a3adc2; --paper: #12172a; --line: #333c58 } }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
    font: 1.05rem/1.6 system-ui, sans-serif }
  main { max-width: 30rem; padding: 2rem; overflow-wrap: anywhere }
  svg { width: 4.5rem; height: 4.5rem }
  h1 { font-size: 1.6rem; line-height: 1.25; margin: 1rem 0 .5rem }
  p { margin: 0 0 .5rem; color: var(--quiet) }
  a { color: inherit }
`
const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`

function render({ title, text, link, notes = [] }: Page): string {
  const to = link === undefined ? undefined : escapeHtml(link)
  const paragraphs = [
    escapeHtml(text),
    ...(to === undefined ? [] : [`<a href="${to}" rel="nofollow noreferrer">${to}</a>`]),
    ...notes.map(escapeHtml),
  ]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${style}</style>
<main>
  ${moon}
  <h1>${escapeHtml(title)}</h1>
  ${paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('\n  ')}
</main>
</html>
`
}

const moon = `<svg viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="30" fill="none" stroke="var(--line)" stroke-width="2"/><path d="M41 44a17 17 0 1 1-5-27 14 14 0 0 0 5 27z" fill="#e8b84a"/></svg>`

export const favicon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#12172a"/><path d="M43 46a19 19 0 1 1-6-30 16 16 0 0 0 6 30z" fill="#e8b84a"/></svg>`

// What a person sees who followed a link that leads nowhere. No script, nothing from elsewhere.
import type { ServerResponse } from 'node:http'

interface Page {
  readonly title: string
  readonly text: string
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
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
  )
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('X-Robots-Tag', 'noindex')
  if (status === 503) res.setHeader('Retry-After', 1)
  res.end(res.req.method === 'HEAD' ? undefined : html)
}

function render({ title, text }: Page): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>
  :root { color-scheme: light dark; --ink: #1c2333; --quiet: #5b6478; --paper: #f7f8fb; --line: #c9cfdd }
  @media (prefers-color-scheme: dark) { :root { --ink: #eef1f8; --quiet: #a3adc2; --paper: #12172a; --line: #333c58 } }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
    font: 1.05rem/1.6 system-ui, sans-serif }
  main { max-width: 30rem; padding: 2rem }
  svg { width: 4.5rem; height: 4.5rem }
  h1 { font-size: 1.6rem; line-height: 1.25; margin: 1rem 0 .5rem }
  p { margin: 0; color: var(--quiet) }
</style>
<main>
  ${moon}
  <h1>${title}</h1>
  <p>${text}</p>
</main>
</html>
`
}

const moon = `<svg viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="30" fill="none" stroke="var(--line)" stroke-width="2"/><path d="M41 44a17 17 0 1 1-5-27 14 14 0 0 0 5 27z" fill="#e8b84a"/></svg>`

export const favicon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#12172a"/><path d="M43 46a19 19 0 1 1-6-30 16 16 0 0 0 6 30z" fill="#e8b84a"/></svg>`

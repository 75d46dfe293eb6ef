import { randomInt } from 'node:crypto'
import type { Access } from './access.ts'

/** @param signIn opens the dashboard, once; @param seconds since the command was typed, as far as this process knows */
export function banner(access: Access, signIn: string, slug: string, seconds: number): string {
  const key = `-H 'Authorization: Bearer ${access.apiKey}'`
  const link = JSON.stringify({ destination: 'https://example.com/', slug })
  const places = Object.entries(access.engines)
  const width = Math.max(10, ...places.map(([name]) => name.length))
  const engines = places.map(([name, place]) => `  ${name.padEnd(width)}  ${place}`).join('\n')
  return `
Sleepwell is ready, ${seconds.toFixed(1)} s after its start.

  ${'redirect'.padEnd(width)}  ${access.redirect}
  ${'link-write'.padEnd(width)}  ${access.linkWrite}
  ${'analytics'.padEnd(width)}  ${access.analytics}
  ${'dashboard'.padEnd(width)}  ${access.dashboard}
${engines}
  ${'API key'.padEnd(width)}  ${access.apiKey}

Open the dashboard (this link signs in once, within an hour; later the API key does):

  ${signIn}

Create a link, follow it, see the click:

  curl -s ${access.linkWrite}/v1/links ${key} -H 'Content-Type: application/json' -d '${link}'
  curl -i -A 'Mozilla/5.0 Firefox/140.0' ${access.redirect}/${slug}
  curl -s '${access.analytics}/v1/reports/clicks?groupBy=link' ${key}

Ctrl-C stops everything.
`
}

/** Another one each time: the data of earlier starts may have the last one. */
export function newSlug(): string {
  return `hello-${randomInt(1000, 10_000)}`
}

// What a browser does at the dashboard, without one.
import type { ClickReport } from '@sleepwell/contracts/report'
import type { Answer } from './pod/client.ts'
import { expectThat, type Stage } from './stage.ts'
import { urlOf } from './traffic.ts'

/** @returns the cookie of the session */
export async function signIn({ program }: Stage, apiKey: string): Promise<string> {
  const page = await program.ask({ url: urlOf('dashboard', '/') })
  expectThat(page.status === 200 && page.body.includes('<script'), `no page: ${said(page)}`)
  const answer = await program.ask({
    method: 'POST',
    url: urlOf('dashboard', '/api/session'),
    headers: { origin: urlOf('dashboard', ''), 'content-type': 'application/json' },
    body: JSON.stringify({ apiKey }),
  })
  expectThat(answer.status === 204, `nobody is signed in: ${said(answer)}`)
  const [cookie] = [answer.headers['set-cookie'] ?? []].flat()
  return cookie?.split(';')[0] ?? ''
}

/** Clicks of humans that the page shows; whichever pod is asked opens the cookie. */
export async function shownClicks({ program }: Stage, cookie: string): Promise<number> {
  const url = urlOf('dashboard', '/api/reports/v1/reports/clicks?groupBy=total')
  const answer = await program.ask({ url, headers: { cookie } })
  expectThat(answer.status === 200, `the page shows nothing: ${said(answer)}`)
  return (JSON.parse(answer.body) as ClickReport).totals.human
}

function said({ status, body, failure }: Answer): string {
  return `${status ?? failure} ${body}`
}

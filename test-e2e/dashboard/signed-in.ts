import type { Page } from 'playwright-core'
import type { System } from '../system.ts'
import type { Browser, Visitor, VisitOptions } from './browser.ts'

/** The views of the dashboard that need nothing to exist, and what each is called. */
export const views = [
  '/',
  '/links',
  '/live',
  '/orphans',
  '/reliability',
  '/keys',
  '/settings',
] as const

/** As `npm start` prints it. */
export function signInLinkOf(system: Pick<System, 'output'>): string {
  const link = /\S+\/sign-in#token=\S+/u.exec(system.output())?.[0]
  if (link === undefined) throw new Error('no sign-in link was printed')
  return link
}

/** By its API key, without the page: for tests that are about something else. */
export async function signIn(page: Page, { access }: Pick<System, 'access'>): Promise<void> {
  const answer = await page.context().request.post('/api/session', {
    headers: { Origin: access.dashboard },
    data: { apiKey: access.apiKey },
  })
  if (answer.status() !== 204) throw new Error(`sign-in was answered ${answer.status()}`)
}

/** A page of the dashboard as somebody has it who is signed in. */
export async function openSignedIn(
  { visit }: Browser,
  system: Pick<System, 'access'>,
  path: string,
  options: Partial<VisitOptions> = {},
): Promise<Visitor> {
  const visitor = await visit({ origin: system.access.dashboard, ...options })
  await signIn(visitor.page, system)
  await visitor.page.goto(path)
  await visitor.page.locator('h1').first().waitFor()
  return visitor
}

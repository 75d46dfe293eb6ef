// Which pages there are, and what a key has to open to see anything on them.
import type { Scope } from '@sleepwell/contracts/api-key'
import type { Page } from '../routing/pages.ts'

type May = (scope: Scope) => boolean

interface Entry {
  readonly page: Exclude<Page['page'], 'link' | 'sign-in' | 'absent'>
  readonly href: string
  readonly label: string
  /** After `g`. */
  readonly key: string
  /** One of them is enough; none: it is everybody's. */
  readonly scopes: readonly Scope[]
}

const entries: readonly Entry[] = [
  { page: 'overview', href: '/', label: 'Overview', key: 'o', scopes: ['reports:read'] },
  { page: 'links', href: '/links', label: 'Links', key: 'l', scopes: ['links:read'] },
  { page: 'live', href: '/live', label: 'Live', key: 'v', scopes: ['reports:read'] },
  { page: 'orphans', href: '/orphans', label: 'Orphans', key: 'n', scopes: ['reports:read'] },
  { page: 'reliability', href: '/reliability', label: 'Reliability', key: 'r', scopes: [] },
  { page: 'keys', href: '/keys', label: 'Keys', key: 'k', scopes: ['keys:read', 'keys:write'] },
  { page: 'settings', href: '/settings', label: 'Settings', key: 's', scopes: [] },
]

export function openEntries(may: May): readonly Entry[] {
  return entries.filter(({ page }) => missingScope(page, may) === undefined)
}

/** Undefined: the page can be seen. */
export function missingScope(page: Page['page'], may: May): Scope | undefined {
  const { scopes = [] } = entries.find((entry) => entry.page === inNavigation(page)) ?? {}
  return scopes.some(may) ? undefined : scopes[0]
}

/** Where it is found. */
export function inNavigation(page: Page['page']): Page['page'] {
  return page === 'link' ? 'links' : page
}

/** For whoever did not ask for a page: the first that shows something. */
export function homeOf(may: May): string {
  return openEntries(may)[0]?.href ?? '/'
}

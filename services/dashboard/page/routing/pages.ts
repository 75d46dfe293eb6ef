export const pageNames = [
  'overview',
  'links',
  'live',
  'orphans',
  'reliability',
  'keys',
  'settings',
  'sign-in',
] as const

export type Page =
  | { readonly page: (typeof pageNames)[number] | 'absent' }
  | { readonly page: 'link'; readonly id: string }

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u

export function pageAt(path: string): Page {
  const [first = '', second, ...more] = path.slice(1).replace(/\/$/u, '').split('/')
  if (more.length > 0) return { page: 'absent' }
  if (second !== undefined)
    return first === 'links' && uuid.test(second)
      ? { page: 'link', id: second }
      : { page: 'absent' }
  if (first === '') return { page: 'overview' }
  const name = pageNames.find((one) => one === first)
  return { page: name === undefined || name === 'overview' ? 'absent' : name }
}

const nowhere = 'http://nowhere.invalid'

/** Where one was sent to sign in from; never another site. */
export function pathAfterSignIn(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/'
  if (!next.startsWith('/') || !URL.canParse(next, nowhere)) return '/'
  // As a browser reads it: `//evil.example`, `/\evil.example` and `/<tab>/evil.example` are another site's.
  const { origin, pathname, search: query } = new URL(next, nowhere)
  const isOurs = origin === nowhere && !pathname.startsWith('//')
  return isOurs && pageAt(pathname).page !== 'sign-in' ? pathname + query : '/'
}

// Where the page is: the URL, and nothing beside it.
import { signal } from '@preact/signals'

interface Place {
  readonly path: string
  readonly search: string
}

const read = (): Place => ({ path: location.pathname, search: location.search })

export const place = signal(read())

export function go(href: string, how: 'push' | 'replace' = 'push'): void {
  const path = location.pathname
  if (how === 'push') history.pushState(null, '', href)
  else history.replaceState(null, '', href)
  place.value = read()
  if (how === 'push' && location.pathname !== path) scrollTo(0, 0)
}

/** The same page with another query. */
export function goSearch(search: string, how: 'push' | 'replace' = 'push'): void {
  go(location.pathname + search, how)
}

export function followHistory(): void {
  addEventListener('popstate', () => {
    place.value = read()
  })
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || !isOurs(link) || event.defaultPrevented || !isPlain(event)) return
    event.preventDefault()
    // A filter is another view of the page: focus stays where it is, if that is still there.
    if (link.href !== location.href) go(link.pathname + link.search)
  })
}

function isOurs(link: HTMLAnchorElement): boolean {
  return (
    link.origin === location.origin &&
    link.target === '' &&
    !link.hasAttribute('download') &&
    link.hash === '' &&
    !link.pathname.startsWith('/api/')
  )
}

function isPlain(event: MouseEvent): boolean {
  const { button, ctrlKey, metaKey, shiftKey, altKey } = event
  return button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey
}

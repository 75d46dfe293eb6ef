import { useQueryClient } from '@tanstack/preact-query'
import { useEffect, useRef } from 'preact/hooks'
import { ErrorNote } from '../controls/error-note.tsx'
import { type Page, pageAt } from '../routing/pages.ts'
import { go, place } from '../routing/place.ts'
import { hasEnded, isSignedIn, may, readSession, session } from '../session/session.ts'
import { Absent } from './absent.tsx'
import { SecretDialog } from '../keys/secret-dialog.tsx'
import { ComposerHost } from '../links/composer-host.tsx'
import { composes } from '../links/composes.ts'
import { Closed } from './closed.tsx'
import { followKeys } from './follow-keys.ts'
import { Help } from './help.tsx'
import {
  Keys,
  LinkPage,
  Links,
  Live,
  Orphans,
  Overview,
  Reliability,
  Settings,
  SignIn,
} from './lazy-pages.ts'
import { missingScope } from './navigation.ts'
import { Side } from './side.tsx'
import { Toasts } from './toasts.tsx'

export function App() {
  const { path, search } = place.value
  const page = pageAt(path)
  const { value } = session
  const queries = useQueryClient()
  useEffect(() => followKeys(), [])
  useEffect(() => {
    document.title = `${titles[page.page]} · Sleepwell`
  }, [page.page])
  useEffect(() => {
    if (value !== 'none' || page.page === 'sign-in') return
    // The next who signs in may be another.
    queries.clear()
    go(`/sign-in?next=${encodeURIComponent(path + search)}`, 'replace')
  }, [value, page.page])
  const owner = useRef<string | undefined>(undefined)
  useEffect(() => {
    const now = isSignedIn(value) ? value.ownerId : undefined
    // A session that ended gives a draft back to its owner alone.
    const isOther = now !== undefined && owner.current !== undefined && now !== owner.current
    if (isOther || (value === 'none' && !hasEnded.value)) composes.value = undefined
    owner.current = now ?? owner.current
  }, [value])
  return (
    <>
      <Shown page={page} />
      <SecretDialog />
      <Toasts />
    </>
  )
}

function Shown({ page }: { readonly page: Page }) {
  const { value } = session
  if (page.page === 'sign-in') return <SignIn />
  if (value instanceof Error)
    return (
      <main class="sign-in">
        <div class="stack">
          <h1>Sleepwell</h1>
          <ErrorNote
            what="The dashboard does not answer"
            error={value}
            retry={() => void readSession()}
          />
        </div>
      </main>
    )
  if (typeof value === 'string') return null
  return (
    <>
      <div class="app">
        <a class="skip" href="#main">
          Skip to content
        </a>
        <Side page={page.page} session={value} />
        <main id="main" tabIndex={-1}>
          <PageOf page={page} key={page.page === 'link' ? page.id : page.page} />
        </main>
      </div>
      <ComposerHost />
      <Help />
    </>
  )
}

const titles: Readonly<Record<Page['page'], string>> = {
  overview: 'Overview',
  links: 'Links',
  link: 'Link',
  live: 'Live',
  orphans: 'Orphans',
  reliability: 'Reliability',
  keys: 'Keys',
  settings: 'Settings',
  'sign-in': 'Sign in',
  absent: 'Not found',
}

function PageOf({ page }: { readonly page: Page }) {
  const scope = missingScope(page.page, may)
  if (scope !== undefined) return <Closed title={titles[page.page]} scope={scope} />
  switch (page.page) {
    case 'overview':
      return <Overview />
    case 'links':
      return <Links />
    case 'link':
      return <LinkPage id={page.id} />
    case 'live':
      return <Live />
    case 'orphans':
      return <Orphans />
    case 'reliability':
      return <Reliability />
    case 'keys':
      return <Keys />
    case 'settings':
      return <Settings />
    default:
      return <Absent />
  }
}

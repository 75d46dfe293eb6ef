import { useEffect, useState } from 'preact/hooks'
import { ErrorNote } from '../controls/error-note.tsx'
import { pathAfterSignIn } from '../routing/pages.ts'
import { go, place } from '../routing/place.ts'
import { homeOf } from '../shell/navigation.ts'
import { Brand } from '../shell/side.tsx'
import { hasEnded, isSignedIn, may, session, signIn } from './session.ts'

export function SignIn() {
  const [error, setError] = useState<Error>()
  const [busy, setBusy] = useState(false)
  const [token, setToken] = useState(takeToken)
  useEffect(() => {
    // Another link, opened in the tab that is here already: nothing is loaded anew.
    const change = () => {
      const fresh = takeToken()
      if (fresh === undefined) return
      setToken(fresh)
      setError(undefined)
    }
    addEventListener('hashchange', change)
    return () => removeEventListener('hashchange', change)
  }, [])
  const by = async (secret: Parameters<typeof signIn>[0]) => {
    setBusy(true)
    const failed = await signIn(secret)
    setBusy(false)
    setError(failed)
    if (failed === undefined) enter()
  }
  const { value } = session
  useEffect(() => {
    if (token === undefined && isSignedIn(value)) enter()
  }, [value])
  return (
    <main class="sign-in">
      <div class="card stack">
        <span class="brand">
          <Brand />
          Sleepwell
        </span>
        <h1>Sign in</h1>
        {hasEnded.value && (
          <div class="notice warn" role="status">
            <p class="grow">Your session has ended; sign in again.</p>
          </div>
        )}
        {error !== undefined && <ErrorNote what="You are not signed in" error={error} />}
        {token === undefined || error !== undefined ? (
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault()
              const apiKey = event.currentTarget.querySelector('input')?.value.trim() ?? ''
              void by({ apiKey })
            }}
          >
            <div class="field">
              <label for="key">API key</label>
              <input
                class="input mono"
                id="key"
                name="key"
                type="password"
                autocomplete="current-password"
                placeholder="sw_…"
                required
                aria-describedby="key-hint"
              />
              <p class="hint" id="key-hint">
                What you see and may do follows from its scopes. This browser does not keep it: the
                session is in a cookie that no script can read.
              </p>
            </div>
            <button class="button primary" disabled={busy}>
              {busy ? 'Signing in…' : 'Sign in'}
            </button>
          </form>
        ) : (
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault()
              void by({ token })
            }}
          >
            <p>This link signs you in once.</p>
            <button class="button primary" disabled={busy}>
              {busy ? 'Signing in…' : 'Sign in'}
            </button>
          </form>
        )}
        <p class="hint">
          <code>npm start</code> prints a link that signs you in; <code>npm run create-key</code>{' '}
          makes a key, and so do <code>first-key</code> in containers and the Job{' '}
          <code>create-key</code> in a cluster.
        </p>
      </div>
    </main>
  )
}

function enter(): void {
  const path = pathAfterSignIn(place.value.search)
  go(path === '/' ? homeOf(may) : path, 'replace')
}

/** A token in the address would stay in the history, and go along where one goes next. */
function takeToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined
  if (token !== undefined) go(location.pathname + location.search, 'replace')
  return token
}

import { useEffect, useRef, useState } from 'preact/hooks'
import { useDismissal } from '../controls/use-dismissal.ts'
import type { Page } from '../routing/pages.ts'
import { place } from '../routing/place.ts'
import { may, type Session, signOut } from '../session/session.ts'
import { showsHelp } from './help.tsx'
import { Icon } from './icon.tsx'
import { homeOf, inNavigation, openEntries } from './navigation.ts'
import { chooseTheme, type Theme, theme, themes } from './theme.ts'
import { say } from './toasts.tsx'

const themeLabels: Readonly<Record<Theme, string>> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
}

interface SideProps {
  readonly page: Page['page']
  readonly session: Session
}

export function Side({ page, session }: SideProps) {
  const [open, setOpen] = useState(false)
  const { path } = place.value
  useEffect(() => setOpen(false), [path])
  const box = useRef<HTMLElement>(null)
  useDismissal(
    box,
    () => open,
    () => setOpen(false),
  )
  return (
    <header ref={box} class={open ? 'side open' : 'side'}>
      <a class="brand" href={homeOf(may)}>
        <Brand />
        Sleepwell
      </a>
      <button
        type="button"
        class="button bare menu-button"
        aria-expanded={open}
        aria-controls="nav"
        onClick={() => setOpen(!open)}
      >
        <Icon name="menu" />
        Menu
      </button>
      <nav class="nav" id="nav" aria-label="Pages">
        {openEntries(may).map((entry) => (
          <a
            key={entry.page}
            href={entry.href}
            title={`g ${entry.key}`}
            aria-current={entry.page === inNavigation(page) ? 'page' : undefined}
          >
            <Icon name={entry.page} />
            {entry.label}
          </a>
        ))}
      </nav>
      <div class="side-foot">
        <p class="small muted cut" title={session.scopes.join(', ')}>
          {session.name ?? session.ownerId}
          <br />
          {session.roles.at(-1)}
        </p>
        <label class="hidden-text" for="theme">
          Theme
        </label>
        <select
          id="theme"
          class="input"
          value={theme.value}
          onChange={({ currentTarget }) => chooseTheme(currentTarget.value as Theme)}
        >
          {themes.map((name) => (
            <option key={name} value={name}>
              {themeLabels[name]}
            </option>
          ))}
        </select>
        <div class="row spread">
          <button
            type="button"
            class="button bare tiny"
            onClick={() => {
              showsHelp.value = true
            }}
          >
            Keys <kbd>?</kbd>
          </button>
          <button type="button" class="button bare tiny" onClick={() => void leave()}>
            Sign out
          </button>
        </div>
      </div>
    </header>
  )
}

async function leave(): Promise<void> {
  const failed = await signOut()
  if (failed !== undefined) say(`You are still signed in. ${failed.message}.`)
}

export function Brand() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#4a4fc4" />
      <path
        d="M20.6 20.3A8.2 8.2 0 0 1 12.5 8.1a8.6 8.6 0 1 0 11.2 11.1 8.3 8.3 0 0 1-3.1 1.1z"
        fill="#fff"
      />
    </svg>
  )
}

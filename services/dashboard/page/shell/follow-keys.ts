import { composes } from '../links/composes.ts'
import { shifted } from '../report/period.ts'
import { browserTimezone } from '../report/timezone.ts'
import {
  readView,
  withBots,
  withComparison,
  withoutFilters,
  withPeriod,
} from '../report/view-state.ts'
import { pageAt } from '../routing/pages.ts'
import { go, goSearch, place } from '../routing/place.ts'
import { may } from '../session/session.ts'
import { showsHelp } from './help.tsx'
import { type Command, createKeyReader, meansAnything } from './keyboard.ts'

/** @returns how to stop */
export function followKeys(): () => void {
  const read = createKeyReader()
  const press = (event: KeyboardEvent) => {
    if (event.defaultPrevented || isTyping(event.target) || isDialogOpen()) return
    const command = read(event, event.timeStamp)
    if (command === undefined) return
    // Arrows scroll what can be scrolled.
    if (command.does === 'shift' && event.target !== document.body && !isHeading(event.target))
      return
    if (carryOut(command)) event.preventDefault()
  }
  document.addEventListener('keydown', press)
  return () => document.removeEventListener('keydown', press)
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select'))
  )
}

function isHeading(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLHeadingElement || (target instanceof HTMLElement && target.id === 'main')
  )
}

/** Or about to be: what is typed then is meant for it. */
function isDialogOpen(): boolean {
  return composes.value !== undefined || document.querySelector('dialog[open]') !== null
}

/** @returns whether it meant anything here */
function carryOut(command: Command): boolean {
  const { path, search } = place.value
  const { page } = pageAt(path)
  if (page === 'sign-in' || !meansAnything(command.does, page)) return false
  switch (command.does) {
    case 'go':
      go(command.path)
      return true
    case 'create':
      if (may('links:create')) composes.value = { kind: 'new' }
      return true
    case 'help':
      showsHelp.value = true
      return true
    case 'search':
      return may('links:read') && focusSearch()
    case 'export': {
      const card = document.activeElement?.closest('[data-card]') ?? document
      const button = card.querySelector<HTMLButtonElement>('[data-export]:enabled')
      button?.click()
      return button !== null
    }
    case 'period':
    case 'shift':
    case 'compare':
    case 'bots':
    case 'clear':
      goSearch(searchAfter(command, search))
      return true
  }
}

function searchAfter(command: Command, search: string): string {
  const view = readView(search, browserTimezone)
  switch (command.does) {
    case 'period':
      return withPeriod(search, command.period)
    case 'shift':
      return withPeriod(search, shifted(view.period, command.by, view.timezone, Date.now()))
    case 'compare':
      return withComparison(search, view.comparison === 'none' ? 'previous' : 'none')
    case 'bots':
      return withBots(search, !view.bots)
    default:
      return withoutFilters(search)
  }
}

/** On the page of links, wherever one was. */
function focusSearch(): boolean {
  const focus = () => {
    const field = document.querySelector<HTMLInputElement>('input[type=search]')
    field?.focus()
    return field !== null
  }
  if (focus()) return true
  go('/links')
  // The page may have to come first.
  const observer = new MutationObserver(() => focus() && observer.disconnect())
  observer.observe(document.body, { childList: true, subtree: true })
  setTimeout(() => observer.disconnect(), 5000)
  return true
}

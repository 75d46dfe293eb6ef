import { signal } from '@preact/signals'
import { Dialog } from '../controls/dialog.tsx'
import { pageAt } from '../routing/pages.ts'
import { place } from '../routing/place.ts'
import { may } from '../session/session.ts'
import { type Command, meansAnything } from './keyboard.ts'

export const showsHelp = signal(false)

const keys: readonly (readonly [key: string, does: Command['does'], words: string])[] = [
  ['c', 'create', 'Create a link'],
  ['/', 'search', 'Search links'],
  ['g o · g l · g v', 'go', 'Overview, links, live'],
  ['g n · g r', 'go', 'Orphans, reliability'],
  ['g k · g s', 'go', 'Keys, settings'],
  ['t w m q y', 'period', 'Today, 7, 30, 90 days, 12 months'],
  ['← →', 'shift', 'Earlier, later'],
  ['x', 'compare', 'Compare, or not'],
  ['b', 'bots', 'With bots, or without'],
  ['e', 'export', 'CSV of what is shown'],
  ['Esc', 'clear', 'Take filters away'],
  ['?', 'help', 'This list'],
]

/** Only what would happen here. */
function isPromised(does: Command['does']): boolean {
  if (does === 'create') return may('links:create')
  if (does === 'search') return may('links:read')
  return meansAnything(does, pageAt(place.value.path).page)
}

export function Help() {
  if (!showsHelp.value) return null
  return (
    <Dialog
      title="Keyboard"
      narrow
      close={() => {
        showsHelp.value = false
      }}
    >
      <dl class="facts dialog-body">
        {keys
          .filter(([, does]) => isPromised(does))
          .map(([key, , words]) => (
            <>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{words}</dd>
            </>
          ))}
      </dl>
    </Dialog>
  )
}

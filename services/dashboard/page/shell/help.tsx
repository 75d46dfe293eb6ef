import { signal } from '@preact/signals'
import { Dialog } from '../controls/dialog.tsx'

export const showsHelp = signal(false)

const keys = [
  ['c', 'Create a link'],
  ['/', 'Search links'],
  ['g o · g l · g v', 'Overview, links, live'],
  ['g n · g r', 'Orphans, reliability'],
  ['g k · g s', 'Keys, settings'],
  ['t w m q y', 'Today, 7, 30, 90 days, 12 months'],
  ['← →', 'Earlier, later'],
  ['x', 'Compare, or not'],
  ['b', 'With bots, or without'],
  ['e', 'CSV of what is shown'],
  ['Esc', 'Take filters away'],
  ['?', 'This list'],
] as const

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
        {keys.map(([key, does]) => (
          <>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </>
        ))}
      </dl>
    </Dialog>
  )
}

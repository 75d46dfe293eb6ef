import type { Scope } from '@sleepwell/contracts/api-key'
import { EmptyState } from '../controls/empty-state.tsx'
import { Heading } from './heading.tsx'

interface ClosedProps {
  readonly title: string
  readonly scope: Scope
}

/** Everything on the page would be refused. */
export function Closed({ title, scope }: ClosedProps) {
  return (
    <>
      <div class="head">
        <Heading>{title}</Heading>
      </div>
      <div class="card">
        <EmptyState title="Your key does not open this page">
          <p>
            It lacks the scope <code>{scope}</code>.
          </p>
        </EmptyState>
      </div>
    </>
  )
}

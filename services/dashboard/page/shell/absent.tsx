import { EmptyState } from '../controls/empty-state.tsx'
import { Heading } from './heading.tsx'

export function Absent() {
  return (
    <>
      <div class="head">
        <Heading>Not found</Heading>
      </div>
      <div class="card">
        <EmptyState title="There is no such page">
          <a class="button" href="/">
            To the overview
          </a>
        </EmptyState>
      </div>
    </>
  )
}

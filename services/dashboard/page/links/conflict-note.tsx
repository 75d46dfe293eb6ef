import type { Meanwhile } from './conflict.ts'

export function ConflictNote({ changes }: { readonly changes: readonly Meanwhile[] }) {
  const clashes = changes.filter(({ theirs }) => theirs !== undefined)
  const fields = changes.map(({ field }) => field).join(', ')
  return (
    <div class="notice warn" role="alert">
      <div class="grow">
        <p>
          <strong>Somebody else has changed this link meanwhile{fields && `: ${fields}`}.</strong>{' '}
          Their changes are in here now, and what you typed is still there. Save again to keep both.
        </p>
        {clashes.map(({ field, theirs }) => (
          <p key={field}>
            {field}: theirs is “{theirs}”. Saving replaces it with yours.
          </p>
        ))}
      </div>
    </div>
  )
}

import type { Link } from '@sleepwell/contracts/link'
import { minute } from '../shell/clock.ts'

/** What a link is that does not simply lead on. */
export function LinkState({ link }: { readonly link: Link }) {
  const now = minute.value
  const states = [
    [link.deletedAt !== null, 'bad', 'Deleted'],
    [link.blocked, 'bad', 'Blocked'],
    [link.expiresAt !== null && Date.parse(link.expiresAt) <= now, 'warn', 'Expired'],
    [link.startsAt !== null && Date.parse(link.startsAt) > now, 'accent', 'Not yet'],
    [link.archived, '', 'Archived'],
  ] as const
  return (
    <>
      {states
        .filter(([is]) => is)
        .map(([, look, label]) => (
          <span key={label} class={`badge ${look}`}>
            {label}
          </span>
        ))}
    </>
  )
}

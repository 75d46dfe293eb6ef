// Two people edit a link at once: what one typed is put on top of what the other has saved.
import type { Link } from '@sleepwell/contracts/link'
import { showValue } from '../link/history-words.ts'
import { type Draft, draftOf, type UtmName, utmNames } from './draft.ts'
import { tagsOf, tagTextOf } from './tag-text.ts'

/** @param begun the link that was opened; @param now what it has become */
export function rebased(draft: Draft, begun: Link, now: Link): Draft {
  const [was, theirs] = [draftOf(begun), draftOf(now)]
  const kept = Object.entries(draft).filter(
    ([name, value]) => typeof value !== 'object' && value !== Object(was)[name],
  )
  return {
    ...theirs,
    ...(Object.fromEntries(kept) as Partial<Draft>),
    tags: tagTextOf(mergedTags(tagsOf(draft.tags), begun.tags, now.tags)),
    utm: mergedUtm(draft, was, theirs),
  }
}

export interface Meanwhile {
  readonly field: string
  /** What it is now, if the draft would replace it. */
  readonly theirs?: string
}

const names: Readonly<Partial<Record<keyof Draft, string>>> = {
  destination: 'Destination',
  slug: 'Short link',
  title: 'Title',
  tags: 'Tags',
  notes: 'Notes',
  startsAt: 'Leads from',
  expiresAt: 'Expires',
  maxClicks: 'Most clicks',
  expiredDestination: 'Afterwards leads to',
  redirectStatus: 'Status',
  cacheSeconds: 'Cache',
  forwardQuery: 'Parameters of the visit',
  forwardPath: 'What follows the slug',
  noindex: 'Search engines',
  previewTitle: 'Title in previews',
  previewDescription: 'Description in previews',
  previewImage: 'Image',
}

/** What others have changed, by the names that the composer has for it. */
export function changedMeanwhile(draft: Draft, begun: Link, now: Link): Meanwhile[] {
  const [was, theirs, next] = [draftOf(begun), draftOf(now), rebased(draft, begun, now)]
  const fields = (Object.keys(names) as (keyof Draft)[])
    .filter((name) => theirs[name] !== was[name])
    .map((name): Meanwhile => {
      const field = names[name] ?? name
      const clashes =
        name !== 'tags' &&
        (next[name] !== theirs[name] || (name === 'destination' && !isSameUtm(next, theirs)))
      return clashes ? { field, theirs: showValue(theirs[name]) } : { field }
    })
  const states = (['archived', 'blocked'] as const).filter((name) => begun[name] !== now[name])
  return [...fields, ...states.map((name) => ({ field: now[name] ? name : `no longer ${name}` }))]
}

/** Both may have added some, and taken some away. */
function mergedTags(mine: readonly string[], was: readonly string[], theirs: readonly string[]) {
  const added = mine.filter((tag) => !was.includes(tag))
  const taken = new Set(was.filter((tag) => !mine.includes(tag)))
  return [...new Set([...theirs.filter((tag) => !taken.has(tag)), ...added])]
}

/** Parameters are part of the destination: whoever typed that has typed them. */
function mergedUtm(draft: Draft, was: Draft, theirs: Draft): Draft['utm'] {
  if (draft.destination !== was.destination) return draft.utm
  const valueOf = (name: UtmName) =>
    draft.utm[name] === was.utm[name] ? theirs.utm[name] : draft.utm[name]
  return Object.fromEntries(utmNames.map((name) => [name, valueOf(name)])) as Draft['utm']
}

function isSameUtm(one: Draft, other: Draft): boolean {
  return utmNames.every((name) => one.utm[name] === other.utm[name])
}

import type { Link } from '@sleepwell/contracts/link'
import { api } from '../session/session.ts'
import { changedMeanwhile, type Meanwhile } from './conflict.ts'
import { changesOf, creationOf, type Draft } from './draft.ts'

export type Saved =
  | { readonly kind: 'created' | 'edited'; readonly link: Link }
  | { readonly kind: 'nothing to do' }
  /** Nothing was saved: somebody else was first, and this is what the link is now. */
  | { readonly kind: 'conflict'; readonly now: Link; readonly changes: readonly Meanwhile[] }

/** @param begun the link as it was when the draft was begun; undefined: there is none yet */
export async function saveDraft(
  draft: Draft,
  begun: Link | undefined,
  keyOf: (content: object) => string,
): Promise<Saved> {
  if (begun === undefined) {
    const creation = creationOf(draft)
    const link = await api.createLink(creation, { idempotencyKey: keyOf(creation) })
    return { kind: 'created', link }
  }
  const changes = changesOf(draft, begun)
  if (changes === undefined) return { kind: 'nothing to do' }
  try {
    return { kind: 'edited', link: await api.updateLink(begun.id, changes, { ifMatch: begun }) }
  } catch (error) {
    if (Object(error).code !== 'version_mismatch') throw error
    const now = await api.findLink(begun.id)
    return { kind: 'conflict', now, changes: changedMeanwhile(draft, begun, now) }
  }
}

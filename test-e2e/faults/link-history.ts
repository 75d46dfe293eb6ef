// What may be answered of links that change meanwhile. Whoever has seen a state of a link may not see an older one, at the
// same redirect process; that an edit takes a while to be live is measured, and is nothing wrong.
import type { LinkWriter, Step } from './link-writer.ts'
import type { OwnServer } from './own-postgres.ts'
import type { Visit } from './traffic.ts'

export interface WrittenVisits {
  readonly next: () => Visit
  /** How long after its acknowledgement an edit was still unknown here, at the worst. */
  readonly staleMs: () => number
}

/** Of links that were written, by visitors of one redirect process. */
export function visitsOfWritten({ slugs, steps }: LinkWriter): WrittenVisits {
  /** Of each link the last step that was seen. */
  const seen = new Map<string, number>()
  let staleMs = 0
  return {
    staleMs: () => staleMs,
    next: () => {
      const slug = slugs[Math.floor(Math.random() * slugs.length)]
      if (slug === undefined) throw new Error('nothing was written yet')
      const all = steps.get(slug) ?? []
      // What is lost binds nobody.
      let floor = seen.get(slug) ?? 0
      while (all[floor]?.doomed === true) floor--
      const askedAt = performance.now()
      return {
        slug,
        right: (status, location) => {
          const at = all.findIndex(({ state }) => state === stateOf(status, location))
          if (at < floor) return false
          seen.set(slug, Math.max(at, seen.get(slug) ?? 0))
          const later = all.slice(at + 1).find(({ doomed }) => !doomed)
          if (later?.acknowledgedAt !== undefined)
            staleMs = Math.max(staleMs, askedAt - later.acknowledgedAt)
          return true
        },
      }
    },
  }
}

export function stateOf(status: number, location: string | null | undefined): string {
  if (status === 302) return location ?? ''
  return status === 404 ? 'absent' : status === 410 ? 'gone' : String(status)
}

/** Whether it is what was acknowledged last, or asked for later; what only a lost server acknowledged does not count. */
export function isCurrent(all: readonly Step[] = [], state: string): boolean {
  const last = all.findLastIndex(
    ({ acknowledgedAt, doomed }) => acknowledgedAt !== undefined && !doomed,
  )
  return all.findIndex((step) => step.state === state) >= last
}

/** Slugs of which the database holds neither what was acknowledged last, nor what was asked for later. */
export async function lostIn(
  { query }: Pick<OwnServer, 'query'>,
  { slugs, steps }: LinkWriter,
): Promise<string[]> {
  const rows = await query<{ slug: string; state: string }>(
    `select distinct on (slug) slug,
       case when deleted_at is null then destination else 'gone' end as state
     from links where slug = any($1)
     order by slug, deleted_at is null desc, position desc`,
    [slugs],
  )
  const held = new Map(rows.map(({ slug, state }) => [slug, state]))
  return slugs.filter((slug) => {
    const all = steps.get(slug) ?? []
    const last = all.findLastIndex(({ acknowledgedAt }) => acknowledgedAt !== undefined)
    return all.findIndex(({ state }) => state === (held.get(slug) ?? 'absent')) < last
  })
}

// What happened beside clicks, and may explain them: edits of links, and releases.
import { useQuery } from '@tanstack/preact-query'
import type { AuditEntry } from '@sleepwell/contracts/audit'
import { readReliability } from '../reliability/read-reliability.ts'
import { api, may } from '../session/session.ts'
import type { Range } from './period.ts'
import type { View } from './view-state.ts'

export interface Mark {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly text: string
}

const maxMarks = 100

export function useMarks(view: View, range: Range, scope: 'all' | 'link'): readonly Mark[] {
  const { link } = view
  const allowed = scope === 'link' || link !== undefined ? may('links:read') : may('audit:read')
  const { data } = useQuery({
    queryKey: ['marks', link, link === undefined ? range : undefined],
    queryFn: async ({ signal }) => {
      const { entries } =
        link === undefined
          ? await api.listAuditLog(
              {
                action: 'link.updated',
                from: new Date(range.from).toISOString(),
                to: new Date(range.to).toISOString(),
                limit: maxMarks,
              },
              { signal },
            )
          : await api.listHistory(link, { limit: maxMarks }, { signal })
      return entries
    },
    enabled: allowed,
    staleTime: 60_000,
  })
  const edits = (data ?? []).map((entry) => ({ at: Date.parse(entry.at), text: sayEntry(entry) }))
  return [...edits, ...useReleases()].filter(({ at }) => at >= range.from && at < range.to)
}

function useReleases(): Mark[] {
  const { data } = useQuery({
    queryKey: ['releases'],
    queryFn: async ({ signal }) => (await readReliability(signal)).releases ?? [],
    enabled: may('admin'),
    staleTime: 300_000,
  })
  return (data ?? []).map(({ service, release, startedAt, verdict }) => ({
    at: Date.parse(startedAt),
    text: `${service} ${release} ${verdict}`,
  }))
}

const verbs: Readonly<Record<string, string>> = {
  'link.created': 'created',
  'link.blocked': 'blocked',
  'link.unblocked': 'unblocked',
  'link.deleted': 'deleted',
  'link.restored': 'restored',
}

function sayEntry({ action, changes }: AuditEntry): string {
  const verb = verbs[action]
  if (verb !== undefined) return verb
  const fields = changes.map(({ field }) => field)
  return fields.length === 0 ? 'edited' : `${fields.join(', ')} edited`
}

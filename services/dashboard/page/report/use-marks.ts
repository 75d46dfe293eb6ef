// What happened beside clicks, and may explain them: edits of links, and releases.
import { useQuery } from '@tanstack/preact-query'
import type { AuditEntry } from '@sleepwell/contracts/audit'
import { readReliability } from '../reliability/read-reliability.ts'
import { api, may } from '../session/session.ts'
import type { Range } from './period.ts'
import { useLinkNames } from './use-link-names.ts'
import type { View } from './view-state.ts'

export interface Mark {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly text: string
}

const maxMarks = 100
const perPage = 100
/** Each looks at ten thousand changes. */
const maxPages = 10

export function useMarks(view: View, range: Range, scope: 'all' | 'link'): readonly Mark[] {
  const { link } = view
  const allowed = scope === 'link' || link !== undefined ? may('links:read') : may('audit:read')
  const { data = [] } = useQuery({
    queryKey: ['marks', link, range],
    queryFn: ({ signal }) => readEdits(link, range, signal),
    enabled: allowed,
    staleTime: 60_000,
  })
  const nameOf = useLinkNames(
    link === undefined ? [...new Set(data.map(({ subjectId }) => subjectId))].sort() : [],
  )
  const edits = data.map((entry) => ({
    at: Date.parse(entry.at),
    text: link === undefined ? `${nameOf(entry.subjectId)}: ${sayEntry(entry)}` : sayEntry(entry),
  }))
  return [...edits, ...useReleases()].filter(({ at }) => at >= range.from && at < range.to)
}

/** The latest in that time. A page may have none of them and yet not be the last. */
async function readEdits(link: string | undefined, range: Range, signal: AbortSignal) {
  const edits: AuditEntry[] = []
  const [from, to] = [new Date(range.from).toISOString(), new Date(range.to).toISOString()]
  const all = { action: 'link.updated', from, to } as const
  let cursor: string | null = ''
  for (let n = 0; n < maxPages && cursor !== null && edits.length < maxMarks; n++) {
    const asked: { readonly limit: number; readonly cursor?: string } = {
      limit: perPage,
      ...(cursor !== '' && { cursor }),
    }
    const page =
      link === undefined
        ? await api.listAuditLog({ ...all, ...asked }, { signal })
        : await api.listHistory(link, asked, { signal })
    edits.push(...page.entries.filter(({ at }) => at < to))
    const isEarlier = page.entries.some(({ at }) => at < from)
    cursor = isEarlier ? null : page.nextCursor
  }
  return edits.slice(0, maxMarks)
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

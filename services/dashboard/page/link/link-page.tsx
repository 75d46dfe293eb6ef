import { useQuery } from '@tanstack/preact-query'
import { ErrorNote, StaleBadge } from '../controls/error-note.tsx'
import { ReportHead } from '../report/report-head.tsx'
import { ReportWidgets } from '../report/report-widgets.tsx'
import { browserTimezone, useTimezoneInUrl } from '../report/timezone.ts'
import { readView } from '../report/view-state.ts'
import { place } from '../routing/place.ts'
import { api, may } from '../session/session.ts'
import { Heading } from '../shell/heading.tsx'
import { DeletedLink } from './deleted-link.tsx'
import { LinkActions } from './link-actions.tsx'
import { LinkFacts } from './link-facts.tsx'
import { LinkHistory } from './link-history.tsx'
import { QrCard } from './qr-card.tsx'

export function LinkPage({ id }: { readonly id: string }) {
  useTimezoneInUrl()
  const {
    data: link,
    error,
    dataUpdatedAt,
    refetch,
  } = useQuery({
    queryKey: ['link', id],
    queryFn: ({ signal }) => api.findLink(id, { signal }),
  })
  // Also where it is still known from before.
  if (Object(error).code === 'link_not_found') return <DeletedLink id={id} />
  if (link === undefined) {
    if (error === null) return <div class="skeleton" aria-hidden="true" />
    return (
      <>
        <div class="head">
          <Heading>Link</Heading>
        </div>
        <ErrorNote what="The link could not be read" error={error} retry={() => void refetch()} />
      </>
    )
  }
  const view = { ...readView(place.value.search, browserTimezone), link: id }
  return (
    <>
      <ReportHead title={link.slug} view={view} ownLink={id}>
        {error !== null && (
          <StaleBadge since={dataUpdatedAt} error={error} retry={() => void refetch()} />
        )}
        {may('links:write') && <LinkActions link={link} />}
      </ReportHead>
      <div class="stack">
        <div class="card link-top">
          <LinkFacts link={link} />
          <QrCard link={link} />
        </div>
        {may('reports:read') && (
          <ReportWidgets view={view} scope="link" shortLink={link.shortLink} />
        )}
        <LinkHistory link={link} />
      </div>
    </>
  )
}

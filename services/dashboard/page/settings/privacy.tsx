import { useQuery } from '@tanstack/preact-query'
import { ErrorNote } from '../controls/error-note.tsx'
import { plural } from '../report/format.ts'
import { api, may } from '../session/session.ts'

export function Privacy() {
  const mayRead = may('reports:read')
  const { data, error, refetch } = useQuery({
    queryKey: ['report-settings'],
    queryFn: ({ signal }) => api.readReportSettings({ signal }),
    enabled: mayRead,
  })
  return (
    <section class="card stack" aria-label="Privacy and retention">
      <h2>Privacy and retention</h2>
      {error !== null && (
        <ErrorNote
          what="How long clicks are kept could not be read"
          error={error}
          retry={() => void refetch()}
        />
      )}
      <ul class="plain-list">
        <li>
          Of a click are kept its time, country, device, browser, system, UTM values and the host of
          its referrer: no address, no user agent, no cookie.
        </li>
        <li>
          Visitors are told apart by a code whose salt changes each day; of people who send{' '}
          <code>DNT</code> or <code>Sec-GPC</code> there is none.
        </li>
        {data !== undefined && (
          <>
            <li>
              These codes are deleted {plural(data.visitorRetentionDays, 'day')} after their day.
            </li>
            <li>
              Single clicks are kept for {plural(data.clickRetentionDays, 'day')}, sums for good.
            </li>
            <li>
              Clicks are counted by version {data.policyVersion} of the counting policy. One that
              comes in more than {plural(data.uniqueWithinHours, 'hour')} late is never unique.
            </li>
          </>
        )}
        <li>Deleted links can be restored for 30 days.</li>
      </ul>
      <p class="hint">
        {mayRead
          ? 'These are set where the services are configured, and cannot be changed here.'
          : 'How long clicks are kept is told to keys that may read reports.'}
      </p>
    </section>
  )
}

import { ErrorNote, StaleBadge } from '../controls/error-note.tsx'
import { EmptyState } from '../controls/empty-state.tsx'
import { downloadTable } from '../controls/download.ts'
import { browserTimezone } from '../report/timezone.ts'
import { clockAt } from '../report/zoned-days.ts'
import { Heading } from '../shell/heading.tsx'
import { Icon } from '../shell/icon.tsx'
import { Dependencies } from './dependencies.tsx'
import { Drills, Releases } from './records.tsx'
import { LedgerCard } from './ledger-card.tsx'
import { Pipeline } from './pipeline.tsx'
import { useReliability } from './read-reliability.ts'
import { Services } from './services.tsx'
import { Slos } from './slos.tsx'
import { sloTable } from './slo-words.ts'
import { Verdict } from './verdict.tsx'

const sources = {
  prometheus: 'Measured by Prometheus',
  services: 'Measured by the services themselves',
  nothing: 'Nothing could be measured',
} as const

export function ReliabilityPage() {
  const { data, error, dataUpdatedAt, refetch } = useReliability()
  return (
    <>
      <div class="head">
        <Heading>Reliability</Heading>
        {data !== undefined && (
          <span class="badge number">
            {sources[data.source]}, {clockAt(Date.parse(data.asOf), browserTimezone)}
          </span>
        )}
        {data !== undefined && error !== null && (
          <StaleBadge since={dataUpdatedAt} error={error} retry={() => void refetch()} />
        )}
        <span class="grow" />
        {data !== undefined && (
          <button
            type="button"
            class="button"
            data-export="slos"
            onClick={() => downloadTable('slos', sloTable(data.slos))}
          >
            <Icon name="download" /> CSV
          </button>
        )}
      </div>
      {body()}
    </>
  )

  function body() {
    if (data === undefined) {
      if (error === null) return <div class="skeleton" aria-hidden="true" />
      if (Object(error).code === 'forbidden')
        return (
          <div class="card">
            <EmptyState title="Your key may not see this">
              <p>
                Reliability is about everybody&rsquo;s clicks: it takes the scope <code>admin</code>
                .
              </p>
            </EmptyState>
          </div>
        )
      return (
        <ErrorNote
          what="The state of the system could not be read"
          error={error}
          retry={() => void refetch()}
        />
      )
    }
    return (
      <div class="stack">
        <Verdict of={data} />
        {data.unknown.length > 0 && (
          <section class="card" aria-label="What is not known">
            <div class="card-head">
              <h2>What is not known</h2>
            </div>
            <ul class="plain-list muted">
              {data.unknown.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </section>
        )}
        <Slos slos={data.slos} told={data.unknown} />
        <Services services={data.services} />
        <div class="halves">
          <Dependencies dependencies={data.dependencies} />
          <Pipeline pipeline={data.pipeline} />
        </div>
        <LedgerCard ledger={data.ledger} />
        <div class={(data.releases ?? []).length > 0 ? 'halves' : 'stack'}>
          <Releases releases={data.releases} />
          <Drills drills={data.drills} />
        </div>
      </div>
    )
  }
}

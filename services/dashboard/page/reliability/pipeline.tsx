import type { PipelineState } from '../../src/reliability.ts'
import { plural, showBytes, showCount, showDuration } from '../report/format.ts'

export function Pipeline({ pipeline }: { readonly pipeline: PipelineState }) {
  const { spoolBytes, spoolLimitBytes, spoolAgeSeconds, unshippedClicks, delaySeconds } = pipeline
  const facts: readonly (readonly [string, string])[] = [
    [
      'On disk, not shipped',
      spoolBytes === null
        ? 'not known'
        : `${showBytes(spoolBytes)}${spoolLimitBytes === null ? '' : ` of ${showBytes(spoolLimitBytes)}`}`,
    ],
    ['Oldest of it', known(spoolAgeSeconds, (seconds) => showDuration(seconds * 1000))],
    ['Clicks waiting there', known(unshippedClicks, showCount)],
    ['Behind the redirect', known(delaySeconds, (seconds) => showDuration(seconds * 1000))],
  ]
  const lag = pipeline.lagPerPartition
  return (
    <section class="card" aria-label="Click pipeline">
      <div class="card-head">
        <h2>Clicks on their way</h2>
      </div>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd class="number">{value}</dd>
          </>
        ))}
        <dt>Lag by partition</dt>
        <dd>
          {lag === null ? (
            'not known'
          ) : (
            <ul>
              {lag.map(({ log, partition, records }) => (
                <li key={`${log} ${partition}`} class="number">
                  {log} {partition}: {plural(records, 'record')}
                </li>
              ))}
            </ul>
          )}
        </dd>
      </dl>
    </section>
  )
}

function known(value: number | null, show: (value: number) => string): string {
  return value === null ? 'not known' : show(value)
}

import { useState } from 'preact/hooks'
import { useQuery } from '@tanstack/preact-query'
import { EmptyState, followCommand } from '../controls/empty-state.tsx'
import { downloadTable } from '../controls/download.ts'
import { ErrorNote } from '../controls/error-note.tsx'
import { plural, showCount } from '../report/format.ts'
import { Freshness } from '../report/freshness.tsx'
import { browserTimezone } from '../report/timezone.ts'
import { useLinkNames } from '../report/use-link-names.ts'
import { clockAt } from '../report/zoned-days.ts'
import { goSearch, place } from '../routing/place.ts'
import { withParams } from '../routing/search.ts'
import { api, may } from '../session/session.ts'
import { now } from '../shell/clock.ts'
import { Heading } from '../shell/heading.tsx'
import { Icon } from '../shell/icon.tsx'
import { type Connection, useLive } from './follow-live.ts'
import { type LiveWindow, minuteOf } from './live-window.ts'

const freshMs = 2000

export function Live() {
  const { search } = place.value
  const paused = new URLSearchParams(search).get('paused') === '1'
  const bots = new URLSearchParams(search).get('bots') === '1'
  const { window, connection, error } = useLive(undefined, paused)
  const [pausedAt, setPausedAt] = useState(Date.now)
  const fresh = useQuery({
    queryKey: ['freshness'],
    queryFn: ({ signal }) => {
      const to = new Date(Date.now() + 900_000)
      const from = new Date(to.getTime() - 3_600_000).toISOString()
      return api.reportClicks(
        { from, to: to.toISOString(), timezone: browserTimezone },
        { signal, retries: 0 },
      )
    },
    refetchInterval: paused ? false : freshMs,
    enabled: may('reports:read'),
  })
  const minute = minuteOf(window, paused ? pausedAt : now.value, bots)
  return (
    <>
      <div class="head">
        <Heading>Live</Heading>
        <ConnectionBadge connection={connection} paused={paused} />
        <Freshness report={fresh.data} updatedAt={fresh.dataUpdatedAt} />
        <span class="grow" />
        <button
          type="button"
          class="button"
          aria-pressed={bots}
          onClick={() => goSearch(withParams(search, { bots: bots ? undefined : '1' }))}
        >
          With bots
        </button>
        <button
          type="button"
          class="button"
          aria-pressed={paused}
          onClick={() => {
            setPausedAt(Date.now())
            goSearch(withParams(search, { paused: paused ? undefined : '1' }), 'replace')
          }}
        >
          <Icon name={paused ? 'play' : 'pause'} /> {paused ? 'Go on' : 'Pause'}
        </button>
      </div>
      <div class="stack">
        {error !== undefined && <ErrorNote what="Clicks cannot be followed" error={error} />}
        <section class="card" aria-label="Clicks in the last minute">
          <div class="card-head">
            <h2>{minute.seconds < 60 ? `Last ${minute.seconds} seconds` : 'Last minute'}</h2>
          </div>
          <p class="value-line">
            <span class="value number" data-figure="minute">
              {showCount(minute.human)}
            </span>{' '}
            <span class="muted">
              human {minute.human === 1 ? 'click' : 'clicks'}, {plural(minute.bot, 'bot')} filtered
            </span>
          </p>
          <Bars bars={minute.bars} />
          {minute.seconds < 60 && (
            <p class="hint">
              This page has listened for less than a minute: it fills from the right.
            </p>
          )}
        </section>
        <Latest window={window} bots={bots} />
        {window.gaps > 0 && (
          <div class="notice warn" role="status">
            <p class="grow">
              The stream was away for too long, and some clicks were not told. Reports have them
              all.
            </p>
          </div>
        )}
      </div>
    </>
  )
}

function ConnectionBadge({ connection, paused }: { connection: Connection; paused: boolean }) {
  if (paused)
    return (
      <span class="badge" role="status">
        Paused
      </span>
    )
  const [look, words] = {
    open: ['good', 'Connected'],
    connecting: ['', 'Connecting…'],
    lost: ['warn', 'Connection lost, trying again'],
  }[connection] as [string, string]
  return (
    <span class={`badge ${look}`} role="status">
      <span class="dot" />
      {words}
    </span>
  )
}

function Bars({ bars }: { readonly bars: readonly (number | undefined)[] }) {
  const most = Math.max(...bars.map((bar) => bar ?? 0), 4)
  return (
    <div class="pulse" aria-hidden="true">
      {bars.map((bar, i) => (
        <span
          key={i}
          class={bar === undefined || bar === 0 ? 'none' : undefined}
          style={{ height: bar === undefined ? '0' : `${Math.max((bar / most) * 100, 2)}%` }}
        />
      ))}
    </div>
  )
}

function Latest({ window, bots }: { readonly window: LiveWindow; readonly bots: boolean }) {
  const shown = window.latest.filter(({ human }) => bots || human > 0).slice(0, 20)
  const names = useLinkNames([...new Set(shown.map(({ linkId }) => linkId))].sort())
  const rows = shown.map(({ at, linkId, human, bot }) => [
    clockAt(at, browserTimezone),
    names(linkId),
    human,
    bot,
  ])
  const columns = ['Time', 'Link', 'Human', 'Bots']
  return (
    <section class="card" aria-label="Latest clicks">
      <div class="card-head">
        <h2>Latest clicks</h2>
        <span class="grow" />
        <button
          type="button"
          class="button bare tiny"
          aria-label="Latest clicks as CSV"
          data-export="live"
          disabled={rows.length === 0}
          onClick={() => downloadTable('live', { columns, rows })}
        >
          <Icon name="download" />
        </button>
      </div>
      {shown.length === 0 ? (
        <EmptyState title="Nobody has clicked since this page was opened" command={followCommand()}>
          <p>Follow a short link, and it shows up here within seconds.</p>
        </EmptyState>
      ) : (
        <table>
          <thead>
            <tr>
              {columns.map((column, i) => (
                <th key={column} scope="col" class={i > 1 ? 'number' : undefined}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ at, linkId, human, bot }, i) => (
              <tr key={`${at}${linkId}${i}`}>
                <td class="number-start">{clockAt(at, browserTimezone)}</td>
                <th scope="row">
                  <a href={`/links/${linkId}`}>{names(linkId)}</a>
                </th>
                <td class="number">{showCount(human)}</td>
                <td class="number muted">{showCount(bot)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

import type { OrphanReport } from '@sleepwell/contracts/report'
import { downloadTable } from '../controls/download.ts'
import { EmptyState, followCommand } from '../controls/empty-state.tsx'
import { ErrorNote, StaleBadge } from '../controls/error-note.tsx'
import { composes } from '../links/composes.ts'
import { useDomains } from '../links/use-links.ts'
import { plural, showAgo, showCount, showDays } from '../report/format.ts'
import { Freshness } from '../report/freshness.tsx'
import { isOpen, rangeOf } from '../report/period.ts'
import { PeriodPicker } from '../report/period-picker.tsx'
import { browserTimezone } from '../report/timezone.ts'
import { useOrphans } from '../report/use-report.ts'
import { readView, withBots } from '../report/view-state.ts'
import { goSearch, place } from '../routing/place.ts'
import { may } from '../session/session.ts'
import { minute } from '../shell/clock.ts'
import { Heading } from '../shell/heading.tsx'
import { Icon } from '../shell/icon.tsx'
import { type OrphanRow, orphanTable, shownOrphans } from './orphan-rows.ts'

/** A page of a thousand rows is long enough. */
const shownRows = 200

export function Orphans() {
  const { search } = place.value
  // Days of orphans are those of UTC.
  const view = { ...readView(search, 'UTC'), timezone: 'UTC' }
  const range = rangeOf(view.period, 'UTC', minute.value)
  const open = isOpen(range, minute.value)
  const report = useOrphans(
    { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() },
    open,
  )
  const rows = report.data === undefined ? [] : shownOrphans(report.data, view.bots)
  return (
    <>
      <div class="head">
        <Heading>Orphans</Heading>
        <Freshness
          report={report.data && { ...report.data, timezone: browserTimezone }}
          updatedAt={report.dataUpdatedAt}
        />
        {report.data !== undefined && report.error !== null && (
          <StaleBadge
            since={report.dataUpdatedAt}
            error={report.error}
            retry={() => void report.refetch()}
          />
        )}
        <span class="grow" />
        <button
          type="button"
          class="button"
          data-export="orphans"
          disabled={rows.length === 0}
          onClick={() => downloadTable('orphans', orphanTable(rows.slice(0, shownRows)))}
        >
          <Icon name="download" /> CSV
        </button>
      </div>
      <div class="head">
        <PeriodPicker view={view} />
        <span class="grow" />
        <button
          type="button"
          class="button"
          aria-pressed={view.bots}
          onClick={() => goSearch(withBots(search, !view.bots))}
        >
          With bots
        </button>
      </div>
      {body()}
    </>
  )

  function body() {
    if (report.data === undefined)
      return report.error === null ? (
        <div class="skeleton" aria-hidden="true" />
      ) : (
        <ErrorNote
          what="Orphans could not be read"
          error={report.error}
          retry={() => void report.refetch()}
        />
      )
    if (rows.length === 0)
      return (
        <div class="card">
          <EmptyState
            title="Nobody tried a slug that no link has"
            command={followCommand('YOUR-DOMAIN/sprung-sale')}
          >
            <p>Misprints and links that others made up show up here.</p>
          </EmptyState>
        </div>
      )
    return (
      <section class="card" aria-label="Unknown slugs" aria-busy={report.isPlaceholderData}>
        <p class="sentence">{sayOrphans(report.data, rows.length)}</p>
        <div class="scroll" role="region" aria-label="Unknown slugs, table" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Slug</th>
                <th scope="col" class="wide">
                  Domain
                </th>
                <th scope="col" class="number">
                  People
                </th>
                <th scope="col" class="number">
                  Bots
                </th>
                <th scope="col" class="wide">
                  Last tried
                </th>
                <th scope="col">
                  <span class="hidden-text">Do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, shownRows).map((row) => (
                <Row key={`${row.domain} ${row.slug}`} row={row} />
              ))}
            </tbody>
          </table>
        </div>
        {rows.length > shownRows && (
          <p class="hint">
            The {shownRows} tried most, of {showCount(rows.length)}.
          </p>
        )}
      </section>
    )
  }
}

function Row({ row }: { readonly row: OrphanRow }) {
  const standard = useDomains().data?.find(({ isDefault }) => isDefault)?.domain
  const domain = row.domain === '@' ? standard : row.domain
  return (
    <tr>
      <th scope="row">
        {row.slug === '' ? (
          <span class="muted">all others of a day with too many</span>
        ) : (
          <span class="mono">{row.slug}</span>
        )}
      </th>
      <td class="wide muted">{domain ?? 'the default one'}</td>
      <td class="number">{showCount(row.human)}</td>
      <td class="number muted">{showCount(row.bot)}</td>
      <td class="wide muted">{showAgo(row.lastAt, minute.value)}</td>
      <td class="number">
        {row.slug !== '' && may('links:create') && (
          <button
            type="button"
            class="button tiny"
            aria-label={`Create the link ${row.slug}`}
            onClick={() => {
              composes.value = {
                kind: 'new',
                slug: row.slug,
                ...(domain !== undefined && { domain }),
              }
            }}
          >
            Create
          </button>
        )}
      </td>
    </tr>
  )
}

/** @param slugs how many there are in the table below */
function sayOrphans({ totals, from, to }: OrphanReport, slugs: number): string {
  const last = new Date(Date.parse(to) - 1).toISOString().slice(0, 10)
  return `${showDays(from.slice(0, 10), last)} (UTC): people met a 404 ${plural(totals.human, 'time')}, bots ${plural(totals.bot, 'time')}, ${plural(slugs, 'slug')} below.`
}

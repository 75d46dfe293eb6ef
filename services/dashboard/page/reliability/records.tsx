import type { DrillState, ReleaseState } from '../../src/reliability.ts'
import { EmptyState } from '../controls/empty-state.tsx'
import { showMoment } from '../report/format.ts'
import { browserTimezone } from '../report/timezone.ts'
import { dayAt } from '../report/zoned-days.ts'
import { drillVerdict, sayDrill } from './drill-words.ts'

const moment = (at: string) =>
  showMoment(at, browserTimezone, dayAt(Date.parse(at), browserTimezone))
const shown = 8

export function Releases({ releases }: { readonly releases: readonly ReleaseState[] | null }) {
  return (
    <section class="card" aria-label="Releases">
      <div class="card-head">
        <h2>Last releases</h2>
      </div>
      {releases === null || releases.length === 0 ? (
        <EmptyState
          title={releases === null ? 'Releases are not known here' : 'Nothing was released yet'}
          command="npm run release -- --help"
        />
      ) : (
        <ol class="stepped abreast">
          {releases.slice(0, shown).map(({ release, service, startedAt, verdict, why }) => (
            <li key={`${release} ${service} ${startedAt}`}>
              <div class="row spread">
                <strong>
                  {service} {release}
                </strong>
                <span class={verdict === 'released' ? 'badge good' : 'badge warn'}>{verdict}</span>
              </div>
              <p class="small muted">
                {moment(startedAt)}
                {why !== null && `: ${why}`}
              </p>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

export function Drills({ drills }: { readonly drills: readonly DrillState[] | null }) {
  return (
    <section class="card" aria-label="Drills">
      <div class="card-head">
        <h2>Last drills</h2>
      </div>
      {drills === null || drills.length === 0 ? (
        <EmptyState
          title={drills === null ? 'Drills are not known here' : 'No drill was kept yet'}
          command="npm run drill -- --help"
        />
      ) : (
        <ol class="stepped abreast">
          {latest(drills).map((drill) => (
            <Drill key={drill.drill} of={drill} />
          ))}
        </ol>
      )}
    </section>
  )
}

function Drill({ of: drill }: { readonly of: DrillState }) {
  const { look, words } = drillVerdict(drill)
  return (
    <li data-drill={drill.drill}>
      <div class="row spread">
        <strong title={drill.description}>{drill.drill}</strong>
        <span class={`badge ${look}`}>{words}</span>
      </div>
      <p class="small muted">
        {moment(drill.startedAt)}: {sayDrill(drill)}
      </p>
    </li>
  )
}

function latest(drills: readonly DrillState[]): DrillState[] {
  return drills.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1)).slice(0, shown)
}

import { burnWindows, type SloState } from '../../src/reliability.ts'
import { moodOf, sayBudget, showObjective, showRate } from './slo-words.ts'

interface SlosProps {
  readonly slos: readonly SloState[]
  /** What the page says once. */
  readonly told: readonly string[]
}

export function Slos({ slos, told }: SlosProps) {
  return (
    <section class="card" aria-label="Objectives">
      <div class="card-head">
        <h2>Objectives and what is left of their error budgets</h2>
      </div>
      <div class="scroll" role="region" aria-label="Objectives, table" tabIndex={0}>
        <table class="slos">
          <thead>
            <tr>
              <th scope="col">Objective</th>
              <th scope="col">Budget</th>
              {burnWindows.map((window) => (
                <th key={window} scope="col" class="number wide">
                  Burn {window}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {slos.map((slo) => (
              <Row key={slo.id} slo={slo} told={told} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Row({ slo, told }: { readonly slo: SloState; readonly told: readonly string[] }) {
  const { title, service, objective, budgetLeft, burnRates, why, id } = slo
  const mood = moodOf(slo)
  const left = Math.max(0, Math.min(1, budgetLeft ?? 0))
  return (
    <tr data-slo={id}>
      <th scope="row">
        {title}
        <p class="small muted">
          {service}, {showObjective(objective)}
        </p>
      </th>
      <td class="budget">
        {budgetLeft !== null && (
          <div class={`meter ${mood}`} aria-hidden="true">
            <span style={{ width: `${left * 100}%` }} />
          </div>
        )}
        <span class="small number">{sayBudget(slo)}</span>
        <span class="small muted number slim">
          Burn {burnWindows.map((window) => `${window} ${showRate(burnRates[window])}`).join(', ')}
        </span>
        {why !== null && !told.includes(why) && <p class="hint">{why}</p>}
      </td>
      {burnWindows.map((window) => (
        <td key={window} class="number wide">
          {showRate(burnRates[window])}
        </td>
      ))}
    </tr>
  )
}

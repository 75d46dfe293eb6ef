import type { Ledger } from '@sleepwell/contracts/ledger'
import { plural, showCount } from '../report/format.ts'
import { browserTimezone } from '../report/timezone.ts'
import { clockAt } from '../report/zoned-days.ts'

const accounts = [
  ['counted', 'counted'],
  ['inFlight', 'in flight'],
  ['deadLettered', 'set aside'],
  ['dropped', 'dropped'],
  ['lost', 'lost'],
] as const

/** Each click that was answered is in exactly one account, or the books do not balance. */
export function LedgerCard({ ledger }: { readonly ledger: Ledger | null }) {
  return (
    <section class="card" aria-label="Ledger">
      <div class="card-head">
        <h2>The ledger</h2>
        <span class="grow" />
        {ledger !== null && <Balance ledger={ledger} />}
      </div>
      {ledger === null ? (
        <p class="muted small">It could not be read.</p>
      ) : (
        <>
          <dl class="balance">
            <Account name="served" label="answered" count={ledger.totals.served} />
            {accounts.map(([name, label], i) => (
              <>
                <span class="muted" aria-hidden="true">
                  {i === 0 ? '=' : '+'}
                </span>
                <Account key={name} name={name} label={label} count={ledger.totals[name]} />
              </>
            ))}
          </dl>
          <p class="hint">
            {plural(ledger.totals.difference, 'click')} missing without a reason.{' '}
            {plural(ledger.totals.duplicates, 'record')} came again and counted once. As of{' '}
            {clockAt(Date.parse(ledger.asOf), browserTimezone)}, from{' '}
            {plural(ledger.spools.length + ledger.spoolsOmitted, 'life', 'lives')} of redirect
            processes.
          </p>
        </>
      )}
    </section>
  )
}

interface AccountProps {
  readonly name: string
  readonly label: string
  readonly count: number
}

function Account({ name, label, count }: AccountProps) {
  return (
    <div data-account={name}>
      <dt>{label}</dt>
      <dd class="number">{showCount(count)}</dd>
    </div>
  )
}

function Balance({ ledger: { totals } }: { readonly ledger: Ledger }) {
  const sum = accounts.reduce((all, [name]) => all + totals[name], 0)
  const balances = sum === totals.served && totals.difference === 0
  return balances ? (
    <span class="badge good">It balances</span>
  ) : (
    <span class="badge bad">It does not balance</span>
  )
}

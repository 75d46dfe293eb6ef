import type { DependencyState } from '../../src/reliability.ts'

const looks = { up: 'up', tried: 'degraded', down: 'down', unknown: 'unknown' } as const
const states = { up: 'up', tried: 'being tried', down: 'down', unknown: 'not known' } as const

export function Dependencies({
  dependencies,
}: {
  readonly dependencies: readonly DependencyState[]
}) {
  return (
    <section class="card" aria-label="Dependencies">
      <div class="card-head">
        <h2>Dependencies</h2>
      </div>
      <ul class="stack lights">
        {dependencies.map(({ name, of, state, words }) => (
          <li key={`${of} ${name}`} class={`light ${looks[state]}`}>
            <span class="dot" />
            <p>
              <strong>{name}</strong>{' '}
              <span class="muted small">
                of {of}, {states[state]}
              </span>
              <br />
              <span class="small">{words}</span>
            </p>
          </li>
        ))}
      </ul>
      {dependencies.length === 0 && <p class="muted small">Nothing is known of any.</p>}
    </section>
  )
}

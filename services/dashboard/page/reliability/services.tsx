import type { ServiceState } from '../../src/reliability.ts'
import { showDuration, showLatency, showShare } from '../report/format.ts'
import { type Mood, moodOfService } from './slo-words.ts'

const looks: Readonly<Record<Mood, string>> = {
  good: 'good',
  warn: 'warn',
  bad: 'bad',
  unknown: '',
}

export function Services({ services }: { readonly services: readonly ServiceState[] }) {
  return (
    <section class="card" aria-label="Services">
      <div class="card-head">
        <h2>Services</h2>
      </div>
      <div class="scroll" role="region" aria-label="Services, table" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Requests/s
              </th>
              <th scope="col" class="number">
                Failed
              </th>
              <th scope="col" class="number wide">
                p50
              </th>
              <th scope="col" class="number">
                p99
              </th>
              <th scope="col" class="number wide">
                Up for
              </th>
            </tr>
          </thead>
          <tbody>
            {services.map((service) => (
              <Row key={service.name} of={service} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Row({ of: service }: { readonly of: ServiceState }) {
  const { name, instances, requestsPerSecond, failedShare, p50Seconds, p99Seconds } = service
  const mood = moodOfService(service)
  return (
    <tr data-service={name}>
      <th scope="row">{name}</th>
      <td>
        <span class={`badge ${looks[mood]}`}>
          <span class="dot" />
          {sayState(service)}
        </span>
        {instances !== null && (
          <span class="small muted number">
            {' '}
            {instances.up} of {instances.all}
          </span>
        )}
        {service.why !== null && <p class="hint">{service.why}</p>}
      </td>
      <td class="number">{known(requestsPerSecond, (n) => n.toFixed(n < 10 ? 1 : 0))}</td>
      <td class="number">{known(failedShare, showShare)}</td>
      <td class="number wide">{known(p50Seconds, showLatency)}</td>
      <td class="number">{known(p99Seconds, showLatency)}</td>
      <td class="number wide muted">
        {known(service.uptimeSeconds, (seconds) => showDuration(seconds * 1000))}
      </td>
    </tr>
  )
}

function sayState({ up }: ServiceState): string {
  if (up === null) return 'Not known'
  return up ? 'Up' : 'Down'
}

function known(value: number | null, show: (value: number) => string): string {
  return value === null ? '–' : show(value)
}

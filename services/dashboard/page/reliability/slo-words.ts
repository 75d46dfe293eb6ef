import type { DependencyState, Reliability, ServiceState, SloState } from '../../src/reliability.ts'
import { showShare } from '../report/format.ts'
import type { Table } from '../report/table.ts'

export type Mood = 'good' | 'warn' | 'bad' | 'unknown'

const little = 0.25
const pageRate = 14.4

/** By the budget that is left, and by how fast it goes. */
export function moodOf({
  budgetLeft,
  burnRates,
}: Pick<SloState, 'budgetLeft' | 'burnRates'>): Mood {
  // The rates at which alerts page, and write tickets.
  const isFast = (burnRates['5m'] ?? 0) >= pageRate
  if (budgetLeft === null) return isFast ? 'warn' : 'unknown'
  if (budgetLeft <= 0) return 'bad'
  if ((burnRates['1h'] ?? 0) >= pageRate && isFast) return 'bad'
  return budgetLeft < little || (burnRates['6h'] ?? 0) >= 6 ? 'warn' : 'good'
}

export function showObjective(objective: number): string {
  // 0.9999 is 99.99 %, not 100 %.
  return `${Number((objective * 100).toFixed(4))}%`
}

export function sayBudget({ budgetLeft, windowDays }: SloState): string {
  if (budgetLeft === null) return 'not known'
  if (budgetLeft < 0) return `overspent by ${showShare(-budgetLeft)}, ${windowDays} days`
  return `${showShare(budgetLeft)} left, ${windowDays} days`
}

export function showRate(rate: number | null): string {
  if (rate === null) return '–'
  return rate >= 10 ? `${Math.round(rate)}×` : `${rate.toFixed(1)}×`
}

export function sloTable(slos: readonly SloState[]): Table {
  return {
    columns: [
      'SLO',
      'Service',
      'Objective',
      'Budget left',
      'Burn 5m',
      'Burn 1h',
      'Burn 6h',
      'Burn 3d',
    ],
    rows: slos.map(({ title, service, objective, budgetLeft, burnRates }) => [
      title,
      service,
      showObjective(objective),
      budgetLeft === null ? '' : showShare(budgetLeft),
      ...(['5m', '1h', '6h', '3d'] as const).map((window) => burnRates[window] ?? ''),
    ]),
  }
}

export function moodOfService(
  service: Pick<ServiceState, 'up' | 'instances' | 'failedShare'>,
): Mood {
  const { up, failedShare } = service
  if (up === null) return 'unknown'
  if (!up) return 'bad'
  return missing(service) > 0 || (failedShare ?? 0) > 0.01 ? 'warn' : 'good'
}

/** How many of its processes do not answer. */
function missing({ instances }: Pick<ServiceState, 'instances'>): number {
  return instances === null ? 0 : instances.all - instances.up
}

/** The whole system in a sentence, the worst first. */
export function verdictOf({ services, dependencies, slos, ledger }: Reliability): {
  readonly mood: Mood
  readonly words: string
} {
  const down = services.filter(({ up }) => up === false).map(({ name }) => name)
  if (down.length > 0)
    return { mood: 'bad', words: `${joined(down)} ${down.length === 1 ? 'is' : 'are'} down.` }
  if (ledger !== null && ledger.totals.difference > 0)
    return { mood: 'bad', words: 'The ledger does not balance: clicks have vanished.' }
  const spent = slos.filter((slo) => moodOf(slo) === 'bad').map(({ title }) => title)
  if (spent.length > 0) return { mood: 'bad', words: `Out of budget, or nearly: ${joined(spent)}.` }
  const short = services.filter((service) => missing(service) > 0)
  if (short.length > 0) return { mood: 'warn', words: short.map(sayMissing).join(' ') }
  const gone = dependencies.filter(({ state }) => state === 'down' || state === 'tried')
  if (gone.length > 0) return { mood: 'warn', words: distinct(gone).join(' ') }
  const unseen = services.filter(({ up }) => up === null).map(({ name }) => name)
  if (unseen.length === services.length)
    return { mood: 'unknown', words: 'Nobody can say how the services are.' }
  if (unseen.length > 0)
    return {
      mood: 'warn',
      words: `Nobody can say how ${joined(unseen)} ${unseen.length === 1 ? 'is' : 'are'}.`,
    }
  const going = slos.filter((slo) => moodOf(slo) === 'warn').map(({ title }) => title)
  if (going.length > 0)
    return {
      mood: 'warn',
      words: `Everything is up, and budgets are going down: ${joined(going)}.`,
    }
  return { mood: 'good', words: 'Everything is up, and the books balance.' }
}

function sayMissing(service: ServiceState): string {
  const down = missing(service)
  return `${down} of ${service.instances?.all} processes of ${service.name} ${down === 1 ? 'is' : 'are'} down.`
}

function distinct(dependencies: readonly DependencyState[]): string[] {
  return [
    ...new Set(dependencies.map(({ words }) => (/[.!?]$/u.test(words) ? words : `${words}.`))),
  ]
}

function joined(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

// Each limit of a burn-rate alert from both sides: with one window above it and the other below, and with a few events more or
// less than say anything. All SLOs have the same limits, so this is tried with one that pages and with one that does not.
import type { Slo } from '@sleepwell/contracts/slo'
import type { AlertCase } from './test-alert-case.ts'
import { burningAt, days, hours, named, seriesOf } from './test-burn-series.ts'

export function burnEdges(slo: Slo): AlertCase[] {
  const { alert, page, ticket } = named(slo)
  const burning = burningAt(slo)
  const budget = 1 - slo.objective
  const at = (factor: number) => factor * budget
  /** So many bad events in the last hour, at twenty times; before it five hours of only good ones. */
  const lastHour = (events: number) => {
    const perSecond = events / 3600
    const others = perSecond / at(20) - perSecond
    return seriesOf(
      slo,
      [
        [10 * others, '5h'],
        [others, '62m'],
      ],
      [
        [0, '5h'],
        [perSecond, '62m'],
      ],
    )
  }
  /** So many in all that time. */
  const steady = (factor: number, events: number, lasting: string, seconds: number) => {
    const perSecond = events / seconds
    return seriesOf(slo, [[perSecond / at(factor) - perSecond, lasting]], [[perSecond, lasting]])
  }
  return [
    {
      alert,
      when: 'half an hour at 22 times is not enough of an hour',
      series: burning([0, '330m'], [22, '32m']),
      at: '6h',
      steps: hours,
      firing: [ticket(at(11 / 6))],
    },
    {
      alert,
      when: 'it has slowed down to twelve times in the last minutes',
      series: burning([0, '5h'], [30, '50m'], [12, '12m']),
      at: '6h',
      steps: hours,
      firing: [ticket(at(13.5))],
    },
    {
      alert,
      when: 'after hours of eight times it has slowed down to five',
      series: burning([8, '330m'], [5, '32m']),
      at: '6h',
      steps: hours,
      firing: [ticket(at(7.25))],
    },
    {
      alert,
      when: 'after hours of four and a half times it now is eight',
      series: burning([4.5, '330m'], [8, '32m']),
      at: '6h',
      steps: hours,
      firing: [ticket(at(5.375))],
    },
    {
      alert,
      when: 'after days of one and a half times it has slowed down',
      series: burning([1.5, '66h'], [0.8, '8h']),
      at: '72h',
      steps: days,
    },
    {
      alert,
      when: 'after days below the budget it now burns one and a half times too fast',
      series: burning([0.7, '66h'], [1.5, '8h']),
      at: '72h',
      steps: days,
    },
    {
      alert,
      when: 'twelve bad events in an hour are too many',
      series: lastHour(12),
      at: '6h',
      steps: hours,
      firing: [(slo.pageable ? page : ticket)(at(20))],
    },
    {
      alert,
      when: 'nine bad events in an hour are few',
      quiet: true,
      series: lastHour(9),
      at: '6h',
      steps: hours,
    },
    {
      alert,
      when: 'twelve in six hours are too many',
      series: steady(8, 12, '362m', 21_600),
      at: '6h',
      steps: hours,
      firing: slo.pageable ? [page(at(8)), ticket(at(8))] : [ticket(at(8))],
    },
    {
      alert,
      when: 'twelve in three days are too many for a ticket',
      series: steady(1.2, 12, '73h', 259_200),
      at: '72h',
      steps: days,
      firing: [ticket(at(1.2))],
    },
    {
      alert,
      when: 'nine in three days are few',
      quiet: true,
      series: steady(2, 9, '73h', 259_200),
      at: '72h',
      steps: days,
    },
  ]
}

// How fast an error budget burns, in multiples of what would use it up in thirty days.
import type { Slo } from '@sleepwell/contracts/slo'
import { type AlertCase, holdingEvery } from './test-alert-case.ts'
import { burningAt, days, hours, minutes, named, seriesOf } from './test-burn-series.ts'

export function burnCases(slo: Slo): AlertCase[] {
  const cases = { requests: sharesOf, latency: sharesOf, probe: probesOf, zero: timesOf }
  return cases[slo.sli.kind](slo)
}

function sharesOf(slo: Slo): AlertCase[] {
  const { alert, page, ticket } = named(slo)
  const burning = burningAt(slo)
  const at = (factor: number) => factor * (1 - slo.objective)
  return [
    {
      alert,
      when: 'it burns sixteen times too fast for an hour',
      series: burning([0, '5h'], [16, '62m']),
      at: '6h',
      steps: hours,
      // The window of six hours sees a sixth of it.
      firing: slo.pageable ? [page(at(16)), ticket(at(16 / 6))] : [ticket(at(16))],
    },
    {
      alert,
      when: 'it burns six and a half times too fast for six hours',
      series: burning([6.5, '362m']),
      at: '6h',
      steps: hours,
      firing: slo.pageable ? [page(at(6.5)), ticket(at(6.5))] : [ticket(at(6.5))],
    },
    {
      alert,
      when: 'it burns five and a half times too fast, which pages nobody',
      series: burning([5.5, '362m']),
      at: '6h',
      steps: hours,
      firing: [ticket(at(5.5))],
    },
    {
      alert,
      when: 'an hour of thirty times was over ten minutes ago, which pages no more',
      series: burning([0, '5h'], [30, '1h'], [0, '12m']),
      at: '370m',
      steps: hours,
      firing: [ticket(at(15))],
    },
    {
      alert,
      when: 'it burns a fifth too fast for three days',
      series: burning([1.2, '73h']),
      at: '72h',
      steps: days,
      firing: [ticket(at(1.2))],
    },
    {
      alert,
      when: 'it burns a tenth more slowly than that it would not last',
      series: burning([0.9, '73h']),
      at: '72h',
      steps: days,
    },
    {
      alert,
      when: 'five bad hours ended seven hours ago',
      series: burning([0, '60h'], [20, '5h'], [0, '8h']),
      at: '72h',
      steps: days,
    },
    {
      alert,
      when: 'nine events came in six hours, and all were bad',
      quiet: true,
      series: seriesOf(slo, [[0, '362m']], [[9 / 21_600, '362m']]),
      at: '6h',
      steps: hours,
    },
  ]
}

function probesOf(slo: Slo): AlertCase[] {
  const { alert, page, ticket } = named(slo)
  const probe = 'probe_success{job="redirect-probe",instance="a"}'
  const holding = holdingEvery(minutes.scrape)
  return [
    {
      alert,
      when: 'a monitor has reached nobody for two minutes',
      series: { [probe]: holding([1, '30m'], [0, '3m']) },
      at: '32m',
      steps: minutes,
      // Of 31 visits in five minutes, and of 193 in all.
      firing: [page(13 / 31), ticket(13 / 193)],
    },
    {
      alert,
      when: 'one of two monitors has reached nobody for two minutes',
      series: {
        [probe]: holding([1, '30m'], [0, '3m']),
        'probe_success{job="redirect-probe",instance="b"}': holding([1, '33m']),
      },
      at: '32m',
      steps: minutes,
      firing: [page(13 / 62), ticket(13 / 386)],
    },
    {
      alert,
      when: 'that was half an hour ago, which pages no more',
      series: { [probe]: holding([1, '30m'], [0, '3m'], [1, '1h']) },
      at: '64m',
      steps: minutes,
      firing: [ticket(18 / 385)],
    },
    {
      alert,
      when: 'ten visits in a row failed',
      quiet: true,
      series: { [probe]: holding([1, '30m'], [0, '100s'], [1, '10m']) },
      at: '32m',
      steps: minutes,
    },
    {
      alert,
      when: 'monitors of something else fail',
      series: { 'probe_success{job="other"}': holding([0, '33m']) },
      at: '32m',
      steps: minutes,
    },
  ]
}

function timesOf(slo: Slo): AlertCase[] {
  const { alert, ticket } = named(slo)
  if (slo.sli.kind !== 'zero') throw new Error(`${slo.id} is no number that should be 0`)
  const series = `${slo.sli.gauge}{instance="a"}`
  const holding = holdingEvery(60)
  return [
    {
      alert,
      when: 'the number is not 0 for five minutes',
      series: { [series]: holding([0, '2h'], [3, '10m']) },
      at: '125m',
      steps: { scrape: 60, evaluate: 60 },
      firing: [ticket(1)],
    },
    {
      alert,
      when: 'it has been 0 again for seven hours',
      series: { [series]: holding([0, '2h'], [3, '10m'], [0, '8h']) },
      at: '550m',
      steps: { scrape: 60, evaluate: 300 },
    },
  ]
}

import { type AlertCase, counting, countingEvery, holding } from './test-alert-case.ts'

const found = 'redirect_requests_total{instance="a",outcome="found"}'
const probe = 'redirect_requests_total{instance="a",outcome="probe"}'

const minutely = { scrape: 60, evaluate: 1800 }

/** One visit a second, but for two hours of each of three weeks and of this one. */
function weeks(...[first, second, third, now]: readonly [number, number, number, number]): string {
  const usual = [1, '166h'] as const
  const stretches = [[first, '2h'], usual, [second, '2h'], usual, [third, '2h'], usual] as const
  return countingEvery(minutely.scrape)(...stretches, [now, '2h'])
}

export const trafficCases: readonly AlertCase[] = [
  {
    alert: 'RedirectTrafficCeased',
    when: 'there were visitors an hour ago, and now there are only monitors',
    series: {
      [found]: counting([0.6, '80m'], [0, '10m']),
      [probe]: counting([0.2, '90m']),
    },
    notYetAt: '83m',
    at: '85m',
    firing: [{}],
  },
  {
    alert: 'RedirectTrafficCeased',
    when: 'one in two minutes still comes',
    series: {
      [found]: counting([1, '80m'], [0.01, '10m']),
    },
    at: '89m',
  },
  {
    alert: 'RedirectTrafficCeased',
    when: 'a quiet hour becomes silent',
    quiet: true,
    series: {
      [found]: counting([0.4, '80m'], [0, '10m']),
    },
    at: '89m',
  },
  {
    alert: 'RedirectTrafficCeased',
    when: 'the processes are gone, of which another one tells',
    series: { [found]: `${counting([1, '80m'])} stale` },
    at: '85m',
  },
  {
    alert: 'RedirectTrafficCeased',
    when: 'nobody has come for hours, and a week ago there were visitors',
    series: {
      [found]: countingEvery(minutely.scrape)([0.6, '8d'], [0, '5h']),
    },
    at: '197h',
    steps: minutely,
    firing: [{}],
  },
  {
    alert: 'RedirectTrafficCeased',
    when: 'there were visitors for two hours, and a week ago nearly none',
    series: {
      [found]: countingEvery(minutely.scrape)([0.1, '8d'], [0.6, '2h'], [0, '20m']),
    },
    at: '194h15m',
    steps: { scrape: minutely.scrape, evaluate: 300 },
    firing: [{}],
  },
  {
    alert: 'RedirectTrafficAbsent',
    when: 'no process has reported for two minutes',
    series: { [found]: `${counting([1, '10m'])} stale` },
    notYetAt: '11m',
    at: '13m',
    firing: [{}],
  },
  {
    alert: 'RedirectTrafficAbsent',
    when: 'one of two is left, and has no visitors',
    series: {
      [found]: `${counting([1, '10m'])} stale`,
      'redirect_requests_total{instance="b",outcome="found"}': holding([0, '20m']),
    },
    at: '15m',
  },
  {
    alert: 'RedirectTrafficSpike',
    when: 'eleven times as many come as in the hour before, and nothing older is known',
    series: {
      [found]: counting([1, '2h'], [11, '10m']),
    },
    notYetAt: '126m',
    at: '128m',
    firing: [
      {
        summary: '11 visits a second, ten times what is usual at this time of the week',
      },
    ],
  },
  {
    alert: 'RedirectTrafficSpike',
    when: 'nine times as many do',
    series: {
      [found]: counting([1, '2h'], [9, '10m']),
    },
    at: '129m',
  },
  {
    alert: 'RedirectTrafficSpike',
    when: 'a hundred times as many come as nearly none',
    quiet: true,
    series: {
      [found]: counting([0.04, '2h'], [4, '10m']),
    },
    at: '129m',
  },
  {
    alert: 'RedirectTrafficSpike',
    when: 'it is ten times as many as in two of three weeks; in one there was a campaign',
    series: { [found]: weeks(1, 100, 1, 15) },
    at: '505h',
    steps: minutely,
    firing: [
      {
        summary: '15 visits a second, ten times what is usual at this time of the week',
      },
    ],
  },
  {
    alert: 'RedirectTrafficSpike',
    when: 'every week as many come at this time, and an hour ago nearly nobody did',
    series: { [found]: weeks(15, 15, 15, 20) },
    at: '505h',
    steps: minutely,
  },
]

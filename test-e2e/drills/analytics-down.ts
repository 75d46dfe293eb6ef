import { report, until } from '../api.ts'
import { freeze } from '../strikes.ts'
import { failedRedirects, type Plan } from './plan.ts'

/** Of the rules; the hour of the plan, at the scale of the stack two minutes. */
const minutes = 60

export const analyticsDown: Plan = {
  name: 'analytics-down',
  description:
    'analytics and Kafka are frozen (SIGSTOP) for an hour of the rules, two minutes at the scale of the stack, and thawed.',
  act: async ({ stack, system, say, faultMs, pass, note }) => {
    {
      say('analytics and Kafka: SIGSTOP')
      await using _frozen = freeze(system, 'analytics', 'kafka')
      await pass(Math.max(faultMs, (minutes * 60_000) / stack.timeScale))
    }
    say('analytics and Kafka: SIGCONT')
    const thawedAt = Date.now()
    const first = await until(
      () => report(system.access, 'groupBy=link').catch(() => undefined),
      (answer) => answer !== undefined,
    )
    // The report itself says how old it is.
    const through = first?.dataThrough ?? null
    note('staleSecondsTold', through === null ? -1 : (thawedAt - Date.parse(through)) / 1000)
    await until(
      () => report(system.access, 'groupBy=link').catch(() => undefined),
      (answer) => Date.parse(answer?.dataThrough ?? '') >= thawedAt,
    )
    note('caughtUpSeconds', (Date.now() - thawedAt) / 1000)
  },
  broken: ({ redirects, alerts, figures }) => [
    ...failedRedirects(redirects),
    ...alerts
      .filter(({ receiver }) => receiver === 'page')
      .map(({ alert }) => `${alert} woke somebody`),
    ...((figures.staleSecondsTold ?? 0) > 10 ? [] : ['no report said how old it was']),
  ],
}

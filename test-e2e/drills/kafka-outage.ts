import type { Engine, System } from '../system.ts'
import { freeze } from '../strikes.ts'
import { comesBack, failedRedirects, type Plan } from './plan.ts'

const brokers: readonly Engine[] = ['kafka-1', 'kafka-2', 'kafka-3']
/** Of the rules; at the scale of the stack twenty seconds. */
const minutes = 10

export const kafkaOutage: Plan = {
  name: 'kafka-outage',
  description:
    'Of three brokers one is killed (SIGKILL) and comes back, then two are frozen (SIGSTOP) and thawed, then all three for ten minutes of the rules, twenty seconds at the scale of the stack.',
  kafkaBrokers: 3,
  act: async ({ stack, system, say, faultMs, pass, note }) => {
    const [first] = brokers as [Engine]
    const pid = system.pidOf(first)
    say('one broker: SIGKILL')
    process.kill(pid, 'SIGKILL')
    await comesBack(() => system.pidOf(first) !== pid)
    await pass(faultMs)
    {
      say('two brokers: SIGSTOP')
      await using _two = freeze(system, ...brokers.slice(0, 2))
      await pass(faultMs)
    }
    say('two brokers: SIGCONT')
    await pass(faultMs / 3)
    {
      say('all brokers: SIGSTOP')
      await using _all = freeze(system, ...brokers)
      await pass(Math.max(faultMs, (minutes * 60_000) / stack.timeScale))
      note('clicksWaiting', await waiting(system))
    }
    say('all brokers: SIGCONT')
    const thawedAt = performance.now()
    await comesBack(async () => (await waiting(system)) < 1_000)
    note('drainSeconds', (performance.now() - thawedAt) / 1000)
  },
  broken: ({ redirects }) => failedRedirects(redirects),
}

/** Clicks on the spool. */
async function waiting(system: System): Promise<number> {
  const text = await system.metricsOf('redirect')
  return Number(/^redirect_spool_unshipped_clicks(?:\{[^}]*\})? (\S+)/mu.exec(text)?.[1])
}

import { freeze } from '../strikes.ts'
import { comesBack, failedRedirects, type Plan } from './plan.ts'
import { watchReads } from './watch-reads.ts'

export const replicaLoss: Plan = {
  name: 'replica-loss',
  description:
    'The only replica of the stack is frozen (SIGSTOP) and thawed, then killed (SIGKILL) and started again by its supervisor.',
  act: async ({ system, say, faultMs, pass, note }) => {
    await using primary = watchReads(system, 'primary')
    {
      say('replica: SIGSTOP')
      await using _frozen = freeze(system, 'postgres-replica')
      await pass(faultMs)
    }
    say('replica: SIGCONT')
    await pass(faultMs / 3)
    const pid = system.pidOf('postgres-replica')
    say('replica: SIGKILL')
    process.kill(pid, 'SIGKILL')
    await comesBack(() => system.pidOf('postgres-replica') !== pid)
    await pass(faultMs / 3)
    note('primaryReadsPerSecondPeak', primary.peakPerSecond())
  },
  broken: ({ redirects }) => failedRedirects(redirects),
}

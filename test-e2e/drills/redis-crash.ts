import { freeze } from '../strikes.ts'
import { comesBack, failedRedirects, type Plan } from './plan.ts'
import { watchReads } from './watch-reads.ts'

export const redisCrash: Plan = {
  name: 'redis-crash',
  description:
    'Redis is killed (SIGKILL) and comes back empty by its supervisor; then it is frozen (SIGSTOP) and thawed; then killed again while the cache fills.',
  act: async ({ system, say, faultMs, pass, note }) => {
    await using replica = watchReads(system, 'replica')
    const kill = async () => {
      const pid = system.pidOf('redis')
      say('Redis: SIGKILL')
      process.kill(pid, 'SIGKILL')
      await comesBack(() => system.pidOf('redis') !== pid)
      say('Redis is back, empty')
    }
    await kill()
    await pass(faultMs / 3)
    {
      say('Redis: SIGSTOP')
      await using _frozen = freeze(system, 'redis')
      await pass(faultMs)
    }
    say('Redis: SIGCONT')
    await pass(faultMs / 3)
    await kill()
    await pass(faultMs / 3)
    note('replicaReadsPerSecondPeak', replica.peakPerSecond())
  },
  broken: ({ redirects, faultSeconds, figures }) => {
    const cameEachSecond = redirects.during.asked / faultSeconds
    return [
      ...failedRedirects(redirects),
      // Room for the coarse second; a stampede would be many times as many.
      ...((figures.replicaReadsPerSecondPeak ?? 0) > 1.5 * cameEachSecond
        ? ['the replica was asked more often than visitors came: a stampede']
        : []),
    ]
  },
}

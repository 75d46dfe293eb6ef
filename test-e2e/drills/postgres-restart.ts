import { comesBack, failedRedirects, type Plan } from './plan.ts'
import { watchReads } from './watch-reads.ts'

export const postgresRestart: Plan = {
  name: 'postgres-restart',
  description:
    'The primary is killed (SIGKILL) twice and each time started again by its supervisor, with no other to take its place.',
  act: async ({ system, say, faultMs, pass, note }) => {
    await using replica = watchReads(system, 'replica')
    for (const time of ['once', 'again']) {
      const pid = system.pidOf('postgres')
      say(`primary: SIGKILL, ${time}`)
      process.kill(pid, 'SIGKILL')
      await comesBack(async () => {
        await system.query('links', 'select 1')
        return system.pidOf('postgres') !== pid
      })
      say('the primary answers again')
      await pass(faultMs / 2)
    }
    note('replicaReadsPerSecondPeak', replica.peakPerSecond())
  },
  broken: ({ redirects }) => failedRedirects(redirects),
}

// Several redirect processes share a Redis and follow links that are written, deleted and made again while everything
// between them and the databases is slow, late or gone. What they answered is then judged.
import { expect, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { runFeedWorld, type FeedWorldOptions } from './test-feed-world.ts'
import { judge } from './test-history.ts'

const description =
  'Links are written, deleted and made again, also by transactions that commit late, while a replica lags, feeds are cut, lines are slow, processes stand still, and the primary is lost.'

const quick = { lagMs: 1500, beforeMs: 4000, afterMs: 2000, longestStallMs: 400 }
const long = { lagMs: 30_000, beforeMs: 120_000, afterMs: 60_000, longestStallMs: 5000 }

async function figures(options: FeedWorldOptions) {
  const { writes, reads, stalls, cuts } = await runFeedWorld(options)
  const violations = judge(writes, reads)
  const count = (rule: string) => violations.filter((one) => one.rule === rule).length
  return {
    violations,
    run: {
      seed: options.seed,
      replicaLagSeconds: options.lagMs / 1000,
      operations: writes.length,
      reads: reads.length,
      unavailable: reads.filter(({ answer }) => answer === 'unavailable').length,
      stalls,
      cuts,
      neverWritten: count('never written'),
      rolledBack: count('rolled back'),
      cameBack: count('came back'),
      notLive: count('not live'),
      lost: 0,
      doubled: 0,
    },
  }
}

test('no state of a link comes back, whatever is late, slow or lost', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const { violations, run } = await figures({ seed, ...(full ? long : quick) })
  recordRun('change-feed', description, run)
  expect({ seed, violations }).toEqual({ seed, violations: [] })
}, 600_000)

// Twice as long as the quick form may take.
const atFullLength = full ? test : test.skip
atFullLength(
  'without what is remembered of changes, states come back',
  async () => {
    const weaken: FeedWorldOptions['weaken'] = (recent) => ({ ...recent, of: () => undefined })
    const { violations, run } = await figures({ seed: 1, ...long, weaken })
    recordGuardOff('change-feed', description, run)
    expect(violations.length).toBeGreaterThan(0)
  },
  600_000,
)

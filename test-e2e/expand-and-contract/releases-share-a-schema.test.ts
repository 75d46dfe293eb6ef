// The release before the newest migration and this one, side by side on one schema, under load, in every order in which a
// release or its undoing can bring them there. It says nothing of migrations before that one, nor of the time they take with many rows.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { createLink } from '../api.ts'
import { checkEvidence } from '../drills/check-evidence.ts'
import { collect } from '../drills/collect.ts'
import { wasThere } from '../drills/evidence.ts'
import { startReaders, startVisitors } from '../drills/visitors.ts'
import { startWriters } from '../drills/writers.ts'
import { findEarlierCommit } from './earlier-release.ts'
import { openTwoReleases, type TwoReleases } from './two-releases.ts'

jest.setTimeout(300_000)

const commit = findEarlierCommit()
const withHistory = commit === undefined ? test.skip : test

const stable = Array.from({ length: 20 }, (_, n) => `link-${n}`)

type Step = 'migrate' | `${'start' | 'stop'} ${'earlier' | 'current'}`

withHistory.each<[string, readonly Step[]]>([
  [
    'the schema first, then the release, and back',
    ['migrate', 'start current', 'stop earlier', 'start earlier', 'stop current'],
  ],
  [
    'the release first, then the schema, and back',
    ['start current', 'stop earlier', 'migrate', 'start earlier', 'stop current'],
  ],
])('%s: nobody notices', async (_order, steps) => {
  await using releases = await openTwoReleases(commit ?? '')
  const { access } = releases
  await releases.earlier.start()
  const writers = startWriters(access, 8)
  for (const slug of stable) await createLink(access, `https://example.com/${slug}`, { slug })
  const visitors = startVisitors(access, 60, { stable, written: writers.slugs })
  const readers = startReaders(access, 2)
  await sleep(3_000)
  const migrated: string[] = []
  for (const step of steps) {
    migrated.push(...(await take(releases, step)))
    await sleep(2_000)
  }
  const writes = await writers.stop(60_000)
  await Promise.all([visitors.stop(), readers.stop()])
  const replays = await writers.replay()
  expect(migrated.length).toBeGreaterThan(0)
  // What a database would not answer is told apart from a machine so busy that a visitor's time was over.
  expect(await releases.failedReads()).toBe(0)
  const failed = visitors.all.filter(({ answer }) => answer === 'failed')
  expect(failed.filter(({ failure }) => failure !== '503')).toEqual([])
  expect(failed.length).toBeLessThan(visitors.all.length / 4)
  expect(readers.all.filter(({ ok }) => !ok)).toEqual([])
  expect(writes.filter(({ tries }) => tries !== 1)).toEqual([])
  expect(writes.length).toBeGreaterThan(50)
  const evidence = {
    writes: [...stable.map(wasThere), ...writes],
    reads: visitors.all,
    reports: readers.all,
    // A busy machine may take its time until an edit is seen.
    degraded: [{ from: 0, to: Infinity }],
    replays,
    ...(await collect(releases, visitors.all)),
  }
  expect(evidence.clicks.size).toBeGreaterThan(100)
  expect(checkEvidence(evidence)).toEqual([])
})

async function take(releases: TwoReleases, step: Step): Promise<string[]> {
  if (step === 'migrate') return await releases.migrate()
  const [what, which] = step.split(' ') as ['start' | 'stop', 'earlier' | 'current']
  await releases[which][what]()
  return []
}

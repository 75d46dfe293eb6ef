import { expect, test } from '@jest/globals'
import type { DrillState } from '../../src/reliability.ts'
import { drillVerdict, sayDrill } from './drill-words.ts'

const clean: DrillState = {
  drill: 'redis-crash',
  description: 'Redis is killed.',
  runs: 5,
  startedAt: '2026-11-29T18:08:27.980Z',
  redirectsAsked: 79_437,
  redirectsAllowed: 7.9,
  redirectsFailed: 0,
  redirectsFailedElsewhere: null,
  lastFailedSeconds: null,
  faultSeconds: 41,
  clicksLost: 0,
  clicksDoubled: 0,
  writesLost: 0,
  writesLostWithFault: 0,
  violations: [],
  unseen: [],
  recoverySeconds: 0,
}

const says = (drill: Partial<DrillState>) => {
  const whole = { ...clean, ...drill }
  return [drillVerdict(whole).words, sayDrill(whole)]
}

test('where nothing failed it says what held', () => {
  expect(drillVerdict(clean).look).toBe('good')
  expect(says({})).toEqual([
    'nothing lost',
    'No click was lost or counted twice, no write was lost. All of 79,437 redirects were answered.',
  ])
})

test('a redirect that failed in the release that was made to fail is the doing of the fault', () => {
  const told = { redirectsFailed: 7, redirectsFailedElsewhere: 1, lastFailedSeconds: 102.2 }
  expect(says({ ...told, recoverySeconds: 102.4 })).toEqual([
    'held',
    'No click was lost or counted twice, no write was lost. 6 of 79,437 redirects failed in what was broken on purpose, 1 elsewhere. Whole again after 102 s.',
  ])
  expect(says({ ...told, redirectsFailed: 15, redirectsFailedElsewhere: 9 })[0]).toBe(
    'held, at a price',
  )
})

test('what a lost region costs is said, and when it was over', () => {
  const lost = { redirectsFailed: 92, lastFailedSeconds: 5.7, writesLostWithFault: 9 }
  expect(says({ ...lost, recoverySeconds: 15.7 })).toEqual([
    'held, at a price',
    'No click was lost or counted twice; 9 writes went with what was lost, and no other. 92 of 79,437 redirects failed, while the fault lasted: the last 6 s after it began. Whole again after 16 s.',
  ])
  expect(says({ ...lost, lastFailedSeconds: 50 })[1]).toContain('not only while the fault lasted')
})

test('a promise that was broken is never called held, nor are zeros that nobody could have seen', () => {
  const broken = { ...clean, violations: ['lost click: 2', 'lost write: 1'], clicksLost: 2 }
  expect(drillVerdict(broken)).toEqual({ look: 'bad', words: 'not held' })
  expect(sayDrill(broken)).toMatch(/^Not held: lost click: 2, lost write: 1\./u)
  expect(drillVerdict({ ...clean, clicksDoubled: 1 }).look).toBe('bad')
  const blind = { ...clean, unseen: ['doubled click'] }
  expect(drillVerdict(blind)).toEqual({ look: 'warn', words: 'the checker was blind' })
  expect(sayDrill(blind)).toMatch(/^The checker did not see a planted doubled click\./u)
})

// What the drill would say of a canary that does not do its work.
import { expect, test } from '@jest/globals'
import type { DrillRun } from '../drill-run.ts'
import { badRelease } from './bad-release.ts'

/** As a run had them. */
const held = {
  ...figuresOf('failing', 14, 2466),
  ...figuresOf('slow', 8, 1827),
  ...figuresOf('crashing', 12, 2288),
  ...figuresOf('unvisited', 50, 6090),
  goodServers: 10,
  failedElsewhere: 0,
}

const brokenWith = (changed: Readonly<Record<string, number>>) =>
  badRelease.broken({
    figures: { ...held, ...changed },
    redirects: { before: { asked: 20_000 }, during: { asked: 40_000 }, after: { asked: 20_000 } },
  } as unknown as DrillRun)

test('a run that held is held', () => {
  expect(brokenWith({})).toEqual([])
})

test.each([
  ['failingRolledBack', 0, 'failing was not rolled back'],
  ['slowServers', 2, 'slow ran on 2 servers'],
  ['crashingServers', 0, 'crashing ran on 0 servers'],
  ['slowRequests', 20, '20 of 1827 requests met slow'],
  ['unvisitedRequests', 62, '62 of 6090 requests met unvisited'],
  ['goodServers', 9, 'the good release does not run everywhere'],
  ['failedElsewhere', 9, '9 redirects failed that no bad release was asked for'],
])('%s %d is told', (figure, value, said) => {
  expect(brokenWith({ [figure]: value })).toEqual([expect.stringContaining(said)])
})

function figuresOf(name: string, met: number, all: number): Record<string, number> {
  const figures = { RolledBack: 1, Servers: 1, Requests: met, OfRequests: all }
  return Object.fromEntries(
    Object.entries(figures).map(([figure, value]) => [`${name}${figure}`, value]),
  )
}

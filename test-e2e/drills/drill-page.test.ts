import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { quoteDrills } from './drill-figures.ts'
import { pageOf, pages } from './drill-page.ts'
import type { DrillRun } from './drill-run.ts'

const latency = (asked: number, p99Ms: number) => ({ asked, p50Ms: 1, p99Ms })

function run(recoverySeconds: number, failed: number): DrillRun {
  return {
    startedAt: '2026-01-01T00:00:00.000Z',
    faultSeconds: 10,
    recoverySeconds,
    redirects: {
      before: latency(10, 2),
      during: latency(20, 3),
      after: latency(30, 4),
      failed,
      failures: [],
    },
    writes: { acknowledged: 5, ambiguous: 1, longestGapMs: 1_250 },
    reportsFailed: 0,
    clicks: { answered: 40, lost: 0, doubled: 0 },
    lostWrites: 0,
    alerts: [{ alert: 'RedirectErrors', receiver: 'page', afterSeconds: 9 }],
    figures: { promotedSeconds: recoverySeconds },
    violations: {},
    examples: [],
    blindTo: [],
  }
}

test('a drill is a row: sums of what was counted, the median and the worst of what took so long', () => {
  const page = pageOf([
    { drill: 'a', description: 'Ants.', runs: [run(1, 0), run(9, 2), run(3, 0)] },
  ])
  expect(page.split('\n').find((line) => line.startsWith('| [a]'))).toBe(
    '| [a](a.json) | 3 | 180 | 2 | 2, 3, 4 | 15 | 0 | 3 | 1.3 | 120 | 0 | 0 | 3 (9) | RedirectErrors (page) |',
  )
  expect(page).toContain('- **a**: Ants. Measured: promoted, s 3 (9).')
})

test('a page quotes a drill where it says so', () => {
  const drills = [{ drill: 'a', description: 'Ants.', runs: [run(1, 0), run(9, 2), run(3, 0)] }]
  const page = 'Before.\n<!-- drill a -->\nold\n<!-- end -->\nAfter.\n<!-- drills --><!-- end -->'
  const quoted = quoteDrills(page.replace('--><', '-->\n<'), drills)
  expect(quoted).toContain('2 of 180 redirects failed; 15 writes acknowledged, 0 lost;')
  expect(quoted).toContain('promoted, s 3 (9).\n\n<!-- end -->\nAfter.')
  expect(quoted).toContain(
    '- [a](docs/drills/a.json), 3 runs: 2 of 180 redirects failed, 0 of 15 acknowledged',
  )
  expect(quoted).not.toContain('old')
  expect(quoteDrills(quoted, drills)).toBe(quoted)
  expect(() => quoteDrills('<!-- drill b -->\n<!-- end -->', drills)).toThrow('no run of b')
})

test('the pages say what the kept runs say', () => {
  for (const [file, text] of pages())
    expect([file, readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')]).toEqual([
      file,
      text,
    ])
})

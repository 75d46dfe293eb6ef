import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { writeFaultTable } from './fault-table.ts'

test('the tables have a row for each fault: the sums of lost clicks, the worst of redirects', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sleepwell-drills-'))
  const keep = (fault: string, rest: object) =>
    writeFileSync(join(folder, `${fault}.json`), JSON.stringify({ fault, ...rest }))
  const runs = [
    { lost: 0, doubled: 2 },
    { lost: 1, doubled: 3 },
  ]
  keep('b', { description: 'Bees.', guardOff: { lost: 7, doubled: 8 }, runs })
  keep('a', { description: 'Ants | aphids.', runs: [] })
  const run = { asked: 9, okPercent: 99.9, wrong: 0, failed: 1, worstMs: 70 }
  keep('c', {
    description: 'Cats.',
    guardOff: { ...run, okPercent: 12 },
    runs: [run, { ...run, okPercent: 100, worstMs: 80 }],
  })
  const told = { alert: 'Wet', receiver: 'page', timeScale: 30, deliveredSeconds: 9.5 }
  keep('d', { description: 'Ducks.', runs: [{ ...told, resolvedSeconds: 11 }] })
  writeFaultTable(folder)
  const written = readFileSync(join(folder, 'README.md'), 'utf8')
  rmSync(folder, { recursive: true })
  expect(written.split('\n').filter((line) => line.startsWith('| ['))).toEqual([
    '| [a](a.json) | Ants \\| aphids. |  | 0 | 0 | 0 |',
    '| [b](b.json) | Bees. | 7, 8 | 2 | 1 | 5 |',
    '| [c](c.json) | Cats. | 12 | 99.9 | 0 | 1 | 80 |',
    '| [d](d.json) | Ducks. | Wet | page | 30 | 9.5 | 11 |',
  ])
})

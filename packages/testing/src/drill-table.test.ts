import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { writeDrillTable } from './drill-table.ts'

test('the table has a row for each fault, with the sums of its runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sleepwell-drills-'))
  const keep = (fault: string, rest: object) =>
    writeFileSync(join(folder, `${fault}.json`), JSON.stringify({ fault, ...rest }))
  const runs = [
    { lost: 0, doubled: 2 },
    { lost: 1, doubled: 3 },
  ]
  keep('b', { description: 'Bees.', guardOff: { lost: 7, doubled: 8 }, runs })
  keep('a', { description: 'Ants | aphids.', runs: [] })
  writeDrillTable(folder)
  const written = readFileSync(join(folder, 'README.md'), 'utf8')
  rmSync(folder, { recursive: true })
  expect(written.split('\n').slice(-3)).toEqual([
    '| [a](a.json) | Ants \\| aphids. |  | 0 | 0 | 0 |',
    '| [b](b.json) | Bees. | 7, 8 | 2 | 1 | 5 |',
    '',
  ])
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { readDrills } from './records.ts'

const kept = fileURLToPath(new URL('../../../docs/drills/', import.meta.url))

test('of every drill that is kept the last run is told, with what the fault did itself', async () => {
  const drills = await readDrills(kept)
  if (typeof drills === 'string') throw new Error(drills)
  expect(drills.length).toBeGreaterThan(10)
  const find = (name: string) => drills.find(({ drill }) => drill === name)
  const released = find('bad-release')
  expect(released?.redirectsFailed).toBeGreaterThan(released?.redirectsFailedElsewhere ?? Infinity)
  expect(find('restore')?.writesLostWithFault).toBeGreaterThan(0)
  expect(find('redis-crash')).toMatchObject({
    redirectsFailed: 0,
    redirectsFailedElsewhere: null,
    lastFailedSeconds: null,
    violations: [],
    unseen: [],
  })
})

test('a file that is none, or half written, is left out', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-drills-'))
  try {
    writeFileSync(join(directory, 'half.json'), '{"drill": "ha')
    writeFileSync(join(directory, 'other.json'), '{"drill": "other", "runs": []}')
    expect(await readDrills(directory)).toEqual([])
    expect(await readDrills(undefined)).toMatch(/DRILLS_DIR/u)
    expect(await readDrills(join(directory, 'none'))).toBe('Drills: there are no results of any.')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { readDrills, readReleases } from './records.ts'

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

describe('releases', () => {
  const released = (day: number, more: object = {}) => ({
    release: `1.0.${day}`,
    service: 'redirect',
    startedAt: `2026-11-${String(day).padStart(2, '0')}T09:00:00Z`,
    verdict: 'released',
    ...more,
  })

  test('the latest comes first, with why and until when where that is known', async () => {
    const endedAt = '2026-11-02T09:06:00Z'
    const bad = released(2, { endedAt, verdict: 'rolled back', why: 'It answers errors.' })
    const found = await readFrom({
      'a.json': JSON.stringify(released(1)),
      'b.json': JSON.stringify(bad),
      'b.sha256': 'no record',
    })
    expect(found).toEqual([bad, released(1, { endedAt: null, why: null })])
  })

  test('of many the last twenty are shown', async () => {
    const days = Array.from({ length: 25 }, (_, i) => released(i + 1))
    const files = days.map((one) => [`${one.release}.json`, JSON.stringify(one)] as const)
    const found = await readFrom(Object.fromEntries(files))
    expect(found).toHaveLength(20)
    expect(found).toMatchObject({ 0: { release: '1.0.25' }, 19: { release: '1.0.6' } })
  })

  test('a record that is half written, or of another form, is left out', async () => {
    const found = await readFrom({
      'half.json': JSON.stringify(released(1)).slice(0, 20),
      'other.json': '{"release": "1.0.2", "startedAt": "yesterday"}',
      'whole.json': JSON.stringify(released(3)),
    })
    expect(found).toMatchObject([{ release: '1.0.3' }])
  })

  test('where there is nothing to read, a sentence says why', async () => {
    expect(await readReleases(undefined)).toMatch(/RELEASES_DIR/u)
    expect(await readReleases(join(tmpdir(), 'sleepwell-none'))).toBe(
      'Releases: there are no records of any.',
    )
    expect(await readFrom({})).toEqual([])
  })
})

async function readFrom(files: Readonly<Record<string, string>>) {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-releases-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
    return await readReleases(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

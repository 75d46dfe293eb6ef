// A release is as bad as its name says, and a good one as good as the service.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { type Fault, makeRelease } from './make-release.ts'
import type { Visited } from './visit-release.ts'

const visits = fileURLToPath(new URL('visit-release.ts', import.meta.url))

async function visit(fault?: Fault): Promise<Visited> {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-release-'))
  try {
    const release = makeRelease(directory, 'release', fault)
    const { stdout } = await promisify(execFile)(process.execPath, [visits, release])
    return JSON.parse(stdout) as Visited
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test('a release without a fault is the service', async () => {
  expect(await visit()).toMatchObject({ found: 100, error: 0 })
})

test('failing fails some of its visitors, and not all', async () => {
  const { found, error } = await visit('failing')
  expect(found + error).toBe(100)
  expect(Math.min(found, error)).toBeGreaterThan(0)
})

test('slow answers everybody, late', async () => {
  expect(await visit('slow')).toEqual({ found: 100, error: 0, slow: 100 })
})

test('crashing ends among its visits', async () => {
  await expect(visit('crashing')).rejects.toThrow('a bad release')
})

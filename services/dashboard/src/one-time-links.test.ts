import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { createOneTimeLinks } from './one-time-links.ts'

const expiresAt = '2026-03-01T10:00:00.000Z'
const before = Date.parse(expiresAt) - 1

function directoryWith(token: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-links-'))
  const name = createHash('sha256').update(token).digest('hex')
  writeFileSync(join(directory, name), JSON.stringify({ apiKey: 'sw_key', expiresAt }))
  return directory
}

test('of two processes that use a link at once, one can', async () => {
  const directory = directoryWith('token')
  const [one, other] = await Promise.all(
    [1, 2].map(() => createOneTimeLinks(directory, () => before)('token')),
  )
  if (one === undefined || other === undefined || one === 'absent' || other === 'absent')
    throw new Error('there is a link')
  expect(one.apiKey).toBe('sw_key')
  const used = await Promise.all([one.use(), other.use()])
  expect(used.filter(Boolean)).toHaveLength(1)
  expect(readdirSync(directory)).toEqual([])
})

test('a link has an end, and none is guessed', async () => {
  const directory = directoryWith('token')
  expect(await createOneTimeLinks(directory, () => before + 1)('token')).toBe('absent')
  for (const token of ['Token', '', '../token'])
    expect(await createOneTimeLinks(directory, () => before)(token)).toBe('absent')
  expect(await createOneTimeLinks(undefined, () => before)('token')).toBe('absent')
})

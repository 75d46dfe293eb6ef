import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { roles } from './databases.ts'
import { findSecrets, keepSecrets, openSecrets } from './secrets.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'secrets-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('secrets are made once, each another, and read only by their owner', () => {
  const secrets = openSecrets(directory)
  const { postgres, replica, redis, visitorKey, passwords } = secrets
  const all = [postgres, replica, redis, visitorKey, ...Object.values(passwords)]
  expect(new Set(all).size).toBe(roles.length + 4)
  for (const secret of all) expect(secret).toMatch(/^[0-9a-f]{64}$/u)
  expect(openSecrets(directory)).toEqual(secrets)
  expect(statSync(join(directory, 'secrets.json')).mode & 0o777).toBe(0o600)
  expect(readdirSync(directory)).toEqual(['secrets.json'])
})

test('two directories have nothing in common', () => {
  const other = mkdtempSync(join(directory, 'other-'))
  expect(openSecrets(other).visitorKey).not.toBe(openSecrets(directory).visitorKey)
})

test('a key that was made is kept with the rest', () => {
  const secrets = openSecrets(directory)
  keepSecrets(directory, { ...secrets, apiKey: 'sw_1' })
  expect(openSecrets(directory)).toEqual({ ...secrets, apiKey: 'sw_1' })
})

test('a role that an older version did not know gets its password, the others keep theirs', () => {
  const { passwords, ...rest } = openSecrets(directory)
  const { analytics: _new, ...older } = passwords
  writeFileSync(join(directory, 'secrets.json'), JSON.stringify({ ...rest, passwords: older }))
  const secrets = openSecrets(directory)
  expect(secrets.passwords).toMatchObject(older)
  expect(secrets.passwords.analytics).toMatch(/^[0-9a-f]{64}$/u)
})

test('data of a version without Redis gets a password for it, and keeps the rest', () => {
  const { redis: _redis, replica: _replica, ...older } = openSecrets(directory)
  writeFileSync(join(directory, 'secrets.json'), JSON.stringify(older))
  expect(openSecrets(directory)).toMatchObject({
    ...older,
    redis: expect.stringMatching(/^[0-9a-f]{64}$/u),
    replica: expect.stringMatching(/^[0-9a-f]{64}$/u),
  })
})

test.each(['', 'null', '{}', '{"postgres": 1}', 'not JSON'])(
  'a secrets.json of somebody else (%j) is refused and left as it is',
  (text) => {
    writeFileSync(join(directory, 'secrets.json'), text)
    expect(() => openSecrets(directory)).toThrow('is not a file that Sleepwell wrote.')
    expect(() => findSecrets(directory)).toThrow('is not a file that Sleepwell wrote.')
    expect(statSync(join(directory, 'secrets.json')).size).toBe(text.length)
  },
)

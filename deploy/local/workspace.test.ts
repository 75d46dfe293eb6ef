import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')

test('the lockfile names no host, so that it serves with any registry', () => {
  const lockfile = read('pnpm-lock.yaml')
  expect(lockfile).toContain('integrity: sha512-')
  expect(lockfile).not.toMatch(/:\/\/|tarball:|registry/u)
})

test('continuous integration runs the very command that the README gives', () => {
  expect(read('.ci/run').trim().split('\n').at(-1)).toBe('npm test')
})

test('what npm runs first is plain JavaScript, for the Node that a machine happens to have', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  for (const name of ['prestart', 'pretest', 'precheck', 'predev', 'prebench'])
    expect(scripts[name]).toBe('node deploy/local/bootstrap.mjs')
})

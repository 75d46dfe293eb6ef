// The script of the compose form, with a docker that only notes what it was told.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'

const published = fileURLToPath(new URL('../compose/run-image', import.meta.url))
const compose = readFileSync(new URL('../compose.yaml', import.meta.url), 'utf8')
let scratch: string

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'sleepwell-compose-'))
  mkdirSync(join(scratch, 'compose'))
  mkdirSync(join(scratch, 'bin'))
  copyFileSync(published, join(scratch, 'compose/run-image'))
  // Of images it knows those of `one`.
  const docker = `#!/bin/sh
    echo "$@" >> ${scratch}/told
    case "$*" in "image inspect one:"*) ;; "image inspect "*) exit 1 ;; esac\n`
  writeFileSync(join(scratch, 'bin/docker'), docker, { mode: 0o755 })
})

afterEach(() => {
  rmSync(scratch, { recursive: true })
})

test('a server runs the image that it was told, now and after the next `up`', () => {
  expect(existsSync(join(scratch, '.env'))).toBe(false)
  runImage('redirect-1', 'one:1')
  runImage('redirect-2', 'one:1')
  runImage('redirect-1', 'one:2')
  const settings = readFileSync(join(scratch, '.env'), 'utf8').trim().split('\n')
  expect(settings).toEqual(['REDIRECT_2_IMAGE=one:1', 'REDIRECT_1_IMAGE=one:2'])
  for (const setting of settings) expect(compose).toContain(`\${${setting.split('=')[0]}:-`)
  // Without -f: what the host has changed in compose.override.yaml holds in the new container too.
  expect(told().at(-1)).toBe('compose up --detach --no-deps --no-build redirect-1')
})

test('an image that is not here is fetched before anything is changed', () => {
  runImage('redirect-1', 'one:1')
  expect(told().filter((line) => line.startsWith('pull'))).toEqual([])
  runImage('redirect-1', 'two:1')
  expect(told().slice(-2)).toEqual([
    'pull two:1',
    'compose up --detach --no-deps --no-build redirect-1',
  ])
})

function runImage(...words: readonly string[]): void {
  const env = { PATH: `${scratch}/bin:/usr/bin:/bin` }
  const script = join(scratch, 'compose/run-image')
  const { status, stderr } = spawnSync(script, words, { env, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
}

const told = () => readFileSync(join(scratch, 'told'), 'utf8').trim().split('\n')

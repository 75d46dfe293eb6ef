// The script that runs on hosts, with a systemctl that only notes what it was told.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const script = fileURLToPath(new URL('hosts/run-release', import.meta.url))

function openHost() {
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-host-'))
  const bin = join(scratch, 'bin')
  const told = join(scratch, 'told')
  mkdirSync(bin)
  writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\necho "$@" >> ${told}\n`, { mode: 0o755 })
  return {
    told: () => readFileSync(told, 'utf8').trim().split('\n'),
    makeRelease: (name: string) => {
      const source = join(scratch, name, 'services/redirect/src')
      mkdirSync(source, { recursive: true })
      writeFileSync(join(source, 'main.ts'), '')
      return join(scratch, name)
    },
    run: (...words: readonly string[]) => {
      const env = { PATH: `${bin}:/usr/bin:/bin`, SLEEPWELL_STATE: scratch }
      const { status, stdout, stderr } = spawnSync(script, words, { env, encoding: 'utf8' })
      return { status, said: (stdout + stderr).trim() }
    },
    [Symbol.dispose]: () => rmSync(scratch, { recursive: true }),
  }
}

test('a server runs the release that it was told last, and says which', () => {
  using host = openHost()
  const [one, other] = [host.makeRelease('one'), host.makeRelease('other')]
  expect(host.run('redirect-1', one)).toEqual({ status: 0, said: '' })
  expect(host.run('redirect-1')).toEqual({ status: 0, said: one })
  expect(host.run('redirect-1', other).status).toBe(0)
  expect(host.run('redirect-1').said).toBe(other)
  expect(host.told()).toEqual(Array(2).fill('restart sleepwell-redirect@redirect-1'))
})

test('what is no release changes nothing', () => {
  using host = openHost()
  const one = host.makeRelease('one')
  host.run('redirect-1', one)
  const refused = host.run('redirect-1', '/nowhere')
  expect(refused).toEqual({ status: 1, said: '/nowhere holds no release of redirect' })
  expect(host.run('redirect-1').said).toBe(one)
  expect(host.told()).toHaveLength(1)
})

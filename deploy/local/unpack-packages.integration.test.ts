import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { javaTrustStore } from './java-trust-store.ts'
import { unpackPackages } from './unpack-packages.ts'

// The program keytool, which need not be on the PATH.
const keytool = 'sun.security.tools.keytool.Main'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sleepwell-packages-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('a program of a package runs from the cache, with the links and libraries that it brought', async () => {
  const cache = join(directory, `it's a cache`)
  const archive = join(directory, 'redis-server_1.deb')
  makePackage(archive)
  const asked: string[] = []
  await unpackPackages(['redis-server'], ['redis-server'], cache, async (file, words, cwd) => {
    asked.push([file, words[0]].join(' '))
    if (words[0] === 'install')
      return `'http://packages.example/r.deb' redis-server_1_all.deb 1 SHA256:0\n`
    if (words[0] === 'download') spawnSync('cp', [archive, cwd ?? ''])
    else spawnSync(file, words)
    return ''
  })
  expect(asked).toEqual(['apt-get install', 'apt-get download', 'dpkg -x'])
  const { stdout } = spawnSync(join(cache, 'bin/redis-server'), ['a b'], { encoding: 'utf8' })
  const libraries = join(cache, 'root', 'usr/lib/x86_64-linux-gnu')
  expect(stdout).toBe(`settings of the package\na b\n${libraries}\n`)
})

test('what failed half-way leaves the cache as it was', async () => {
  const cache = join(directory, 'cache')
  mkdirSync(cache)
  writeFileSync(join(cache, 'kept'), '')
  const failing = unpackPackages(['redis-server'], ['redis-server'], cache, async () => {
    throw new Error('no network')
  })
  await expect(failing).rejects.toThrow('no network')
  expect(spawnSync('ls', [directory], { encoding: 'utf8' }).stdout).toBe('cache\n')
  expect(readFileSync(join(cache, 'kept'), 'utf8')).toBe('')
})

test('Java reads every authority that Node trusts', () => {
  const store = join(directory, 'cacerts')
  writeFileSync(store, javaTrustStore())
  const words = ['-list', '-keystore', store, '-storepass', 'changeit']
  const { stdout } = spawnSync('java', [keytool, ...words], { encoding: 'utf8' })
  const entries = Number(/contains (\d+) entries/u.exec(stdout)?.[1])
  expect(entries).toBeGreaterThanOrEqual(rootCertificates.length)
})

/** One whose program reads /etc by an absolute link, as packages do. */
function makePackage(archive: string): void {
  const tree = join(directory, 'tree')
  for (const folder of ['DEBIAN', 'usr/bin', 'usr/lib/x86_64-linux-gnu', 'usr/share/r', 'etc'])
    mkdirSync(join(tree, folder), { recursive: true })
  writeFileSync(
    join(tree, 'DEBIAN/control'),
    'Package: redis-server\nVersion: 1\nArchitecture: all\nMaintainer: me <me@example.com>\nDescription: for a test\n',
  )
  writeFileSync(join(tree, 'etc/sleepwell-test.conf'), 'settings of the package\n')
  symlinkSync('/etc/sleepwell-test.conf', join(tree, 'usr/share/r/settings'))
  const script = `#!/bin/sh\ncat "$(dirname "$0")/../share/r/settings"\necho "$1"\necho "$LD_LIBRARY_PATH"\n`
  writeFileSync(join(tree, 'usr/bin/redis-server'), script, { mode: 0o755 })
  spawnSync('dpkg-deb', ['--build', tree, archive])
}

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Run } from './install-packages.ts'
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
  const archive = makePackage('redis-server', {
    'etc/sleepwell-test.conf': 'settings of the package\n',
    'usr/lib/x86_64-linux-gnu/': undefined,
    'usr/share/r/settings': { target: '/etc/sleepwell-test.conf' },
    'usr/bin/redis-server': `#!/bin/sh\ncat "$(dirname "$0")/../share/r/settings"\necho "$1"\necho "$LD_LIBRARY_PATH"\n`,
  })
  const asked: string[] = []
  await unpackPackages(['redis-server'], ['redis-server'], cache, apt(archive, asked))
  expect(asked).toEqual(['apt-get install', 'apt-get download', 'dpkg -x'])
  const libraries = join(cache, 'root', 'usr/lib/x86_64-linux-gnu')
  expect(said(join(cache, 'bin/redis-server'))).toBe(`settings of the package\na b\n${libraries}\n`)
})

test('of Postgres the program itself runs, and not the wrapper that looks for what is installed', async () => {
  const cache = join(directory, 'cache')
  const archive = makePackage('postgresql', {
    'usr/bin/pg_basebackup': '#!/bin/sh\necho wrapper\n',
    'usr/lib/postgresql/15/bin/pg_basebackup': '#!/bin/sh\necho itself\n',
  })
  await unpackPackages(['postgresql'], ['pg_basebackup'], cache, apt(archive))
  expect(said(join(cache, 'bin/pg_basebackup'))).toBe('itself\n')
})

test('a script of Python runs with the Python and the modules that came with it', async () => {
  const cache = join(directory, 'cache')
  const archive = makePackage('patroni', {
    'usr/bin/patroni': '#!/usr/bin/python3\n',
    'usr/bin/python3': '#!/bin/sh\necho "$1 $PYTHONPATH"\n',
    'usr/lib/python3/dist-packages/': undefined,
  })
  await unpackPackages(['patroni'], ['patroni'], cache, apt(archive))
  const root = join(cache, 'root')
  expect(said(join(cache, 'bin/patroni'))).toBe(
    `${root}/usr/bin/patroni ${root}/usr/lib/python3/dist-packages\n`,
  )
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

/** An apt-get that knows one package. */
function apt(archive: string, asked: string[] = []): Run {
  return async (file, words, cwd) => {
    asked.push([file, words[0]].join(' '))
    if (words[0] === 'install')
      return `'http://packages.example/r.deb' ${basename(archive)} 1 SHA256:0\n`
    if (words[0] === 'download') spawnSync('cp', [archive, cwd ?? ''])
    else spawnSync(file, words)
    return ''
  }
}

/** What lies where: a program or text, a link, a folder. Links are absolute, as in packages. */
type Contents = Readonly<Record<string, string | { readonly target: string } | undefined>>

function makePackage(name: string, contents: Contents): string {
  const tree = join(directory, 'tree')
  mkdirSync(join(tree, 'DEBIAN'), { recursive: true })
  writeFileSync(
    join(tree, 'DEBIAN/control'),
    `Package: ${name}\nVersion: 1\nArchitecture: all\nMaintainer: me <me@example.com>\nDescription: for a test\n`,
  )
  for (const [path, content] of Object.entries(contents)) {
    mkdirSync(join(tree, content === undefined ? path : dirname(path)), { recursive: true })
    if (typeof content === 'string') writeFileSync(join(tree, path), content, { mode: 0o755 })
    else if (content !== undefined) symlinkSync(content.target, join(tree, path))
  }
  const archive = join(directory, `${name}_1_all.deb`)
  spawnSync('dpkg-deb', ['--build', tree, archive])
  return archive
}

function said(program: string): string {
  return spawnSync(program, ['a b'], { encoding: 'utf8' }).stdout
}

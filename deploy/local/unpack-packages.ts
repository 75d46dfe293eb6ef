// Debian packages without root: downloaded with whatever they need, unpacked side by side, and started by small scripts
// that tell each program where its libraries are. No script of a package runs, so what those do is done here.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Run } from './install-packages.ts'
import { javaTrustStore } from './java-trust-store.ts'

/** Of Python, as packages bring them. */
const modules = 'usr/lib/python3/dist-packages'

/**
 * @param programs that shall be found in `cache/bin` afterwards
 * @param cache replaced as a whole, once everything is there
 */
export async function unpackPackages(
  packages: readonly string[],
  programs: readonly string[],
  cache: string,
  run: Run,
): Promise<void> {
  mkdirSync(dirname(cache), { recursive: true })
  const aside = mkdtempSync(`${cache}-new-`)
  try {
    const archives = await download(packages, join(aside, 'download'), run)
    for (const archive of archives) await run('dpkg', ['-x', archive, join(aside, 'root')])
    rmSync(join(aside, 'download'), { recursive: true })
    keepLinksInside(join(aside, 'root'))
    trustAuthorities(join(aside, 'root'))
    writePrograms(programs, aside, cache)
    rmSync(cache, { recursive: true, force: true })
    renameSync(aside, cache)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

/** Paths of the packages and of everything they depend on that this machine does not have. */
async function download(
  packages: readonly string[],
  directory: string,
  run: Run,
): Promise<string[]> {
  mkdirSync(join(directory, 'lists', 'partial'), { recursive: true })
  const plan = ['install', '--print-uris', '-y', '--no-install-recommends', ...packages]
  // The machine's own lists may be too old, or there may be none: then with fresh ones, which need no root here.
  const own = [`Dir::State::Lists=${directory}/lists`, `Dir::Cache=${directory}`]
  const fresh = [...own, 'APT::Sandbox::User='].flatMap((option) => ['-o', option])
  const attempt = async (flags: readonly string[]) => {
    const uris = await run('apt-get', [...plan, ...flags])
    const names = [...uris.matchAll(/^'[^']+' ([^_\s]+)_\S+\.deb /gmu)].map(
      (match) => match[1] ?? '',
    )
    await run('apt-get', ['download', ...names, ...flags], directory)
  }
  await attempt([]).catch(async () => {
    await run('apt-get', ['update', ...fresh])
    await attempt(fresh)
  })
  return readdirSync(directory)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(directory, name))
}

/** A link to /etc/maven means the one that was unpacked. */
function keepLinksInside(root: string, directory = root): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) keepLinksInside(root, path)
    if (!entry.isSymbolicLink()) continue
    const target = readlinkSync(path)
    if (!target.startsWith('/') || !existsSync(join(root, target))) continue
    rmSync(path)
    symlinkSync(relative(dirname(path), join(root, target)), path)
  }
}

/** Java reads authorities from a file that a package's script would have made. */
function trustAuthorities(root: string): void {
  for (const home of javaHomes(root)) {
    const store = join(root, home, 'lib/security/cacerts')
    if (existsSync(store)) continue
    rmSync(store, { force: true })
    writeFileSync(store, javaTrustStore())
  }
}

function writePrograms(programs: readonly string[], aside: string, cache: string): void {
  const root = join(aside, 'root')
  const home = javaHomes(root)[0]
  const places: Readonly<Record<string, string | undefined>> = {
    java: home && `${home}/bin/java`,
    mvn: 'usr/share/maven/bin/mvn',
    haproxy: 'usr/sbin/haproxy',
    // Itself: the script in usr/bin knows only what is installed.
    chromium: 'usr/lib/chromium/chromium',
  }
  // Itself, not the wrapper in usr/bin, which knows only what is installed.
  const postgres = `usr/lib/postgresql/${entriesOf(join(root, 'usr/lib/postgresql')).at(-1)}/bin`
  const settings = {
    LD_LIBRARY_PATH: libraries(root)
      .map((path) => join(cache, 'root', path))
      .join(':'),
    ...(home !== undefined && { JAVA_HOME: join(cache, 'root', home) }),
    ...(existsSync(join(root, 'etc/ssl/openssl.cnf')) && {
      OPENSSL_CONF: join(cache, 'root/etc/ssl/openssl.cnf'),
    }),
    ...(existsSync(join(root, 'etc/fonts')) && { FONTCONFIG_SYSROOT: join(cache, 'root') }),
    ...(existsSync(join(root, modules)) && { PYTHONPATH: join(cache, 'root', modules) }),
  }
  const exports = Object.entries(settings).map(([name, value]) => `export ${name}=${quoted(value)}`)
  mkdirSync(join(aside, 'bin'))
  for (const program of programs) {
    const candidates = [places[program], `${postgres}/${program}`, `usr/bin/${program}`]
    const place = candidates.find((it) => it !== undefined && existsSync(join(root, it)))
    if (place === undefined) throw new Error(`${program} is not where it should be`)
    const command = [...interpreter(join(root, place), root, cache), join(cache, 'root', place)]
    const lines = ['#!/bin/sh', ...exports, `exec ${command.map(quoted).join(' ')} "$@"`]
    writeFileSync(join(aside, 'bin', program), `${lines.join('\n')}\n`, { mode: 0o755 })
  }
}

/** A script of Python may have brought it along, and then it is not where the script says. */
function interpreter(program: string, root: string, cache: string): string[] {
  if (!readFileSync(program, 'latin1').startsWith('#!/usr/bin/python3')) return []
  return existsSync(join(root, 'usr/bin/python3')) ? [join(cache, 'root/usr/bin/python3')] : []
}

function javaHomes(root: string): string[] {
  return entriesOf(join(root, 'usr/lib/jvm'))
    .map((name) => `usr/lib/jvm/${name}`)
    .filter((home) => existsSync(join(root, home, 'bin/java')))
}

function libraries(root: string): string[] {
  return ['usr/lib', 'lib'].flatMap((folder) =>
    entriesOf(join(root, folder))
      .filter((name) => name.includes('-linux-'))
      .map((name) => `${folder}/${name}`),
  )
}

function entriesOf(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).sort() : []
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

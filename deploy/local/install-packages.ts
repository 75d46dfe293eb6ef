// What the stack needs on a Debian or Ubuntu and may be missing. Root installs it; anybody else has it unpacked into a
// cache, and nothing of the machine changes.
import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { CannotStart } from './cannot-start.ts'
import { unpackPackages } from './unpack-packages.ts'

/** Program, and the packages that bring it. */
const stack: Readonly<Record<string, string>> = {
  'redis-server': 'redis-server',
  java: 'default-jre-headless',
  mvn: 'maven',
  openssl: 'openssl',
  setpriv: 'util-linux',
  prometheus: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  'prometheus-blackbox-exporter': 'prometheus-blackbox-exporter',
  'prometheus-postgres-exporter': 'prometheus-postgres-exporter',
  'prometheus-redis-exporter': 'prometheus-redis-exporter',
}
/** Postgres of the machine: the one out of npm lacks what copies and rewinds. */
export const postgresPrograms = [
  'initdb',
  'pg_basebackup',
  'pg_controldata',
  'pg_ctl',
  'pg_isready',
  'pg_rewind',
  'postgres',
  'psql',
] as const
/** Each set holds the one before it: without root the cache is replaced as a whole. */
const drills: typeof stack = {
  ...stack,
  haproxy: 'haproxy',
  etcd: 'etcd-server',
  patroni: 'patroni python3-etcd',
  pgbackrest: 'pgbackrest',
  pdns_server: 'pdns-server pdns-backend-bind',
  ...Object.fromEntries(postgresPrograms.map((program) => [program, 'postgresql'])),
}
const tests: typeof stack = {
  ...drills,
  socat: 'socat',
  chromium: 'chromium',
  promtool: 'prometheus',
  amtool: 'prometheus-alertmanager',
}
const sets = { stack, drills, tests }

export interface InstallOptions {
  readonly say: (line: string) => void
  readonly stop: AbortSignal
}

/** Afterwards every program that they need is on this process's PATH. */
export async function ensureInstalled(
  who: keyof typeof sets,
  { say, stop }: InstallOptions,
): Promise<void> {
  const packageOf = sets[who]
  const cache = join(cacheDirectory(), 'packages')
  searchIn(serverDirectories())
  // All of them, also those that the cache has: it is replaced as a whole.
  const missing = missingOf(packageOf)
  // After what the machine has itself.
  searchIn([join(cache, 'bin')])
  if (missing.every(isThere)) return
  const packages = [...new Set(missing.flatMap((program) => packageOf[program]?.split(' ') ?? []))]
  const command = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`
  if (!isThere('apt-get') || !isThere('dpkg'))
    throw new CannotStart(
      `${missing.join(', ')} must be installed first; on Debian or Ubuntu, as root: ${command}`,
    )
  const root = process.getuid?.() === 0
  say(`${root ? 'Installing' : `Unpacking into ${cache}`}: ${packages.join(', ')} (once)`)
  try {
    if (root) await install(packages, stop)
    else await unpackPackages(packages, missing, cache, runner(stop))
  } catch (error) {
    stop.throwIfAborted()
    const reason = error instanceof Error ? error.message : String(error)
    throw new CannotStart(`${reason}; by hand, as root: ${command}`)
  }
  searchIn(serverDirectories())
  const still = missing.filter((program) => !isThere(program))
  if (still.length > 0)
    throw new CannotStart(`${still.join(', ')} are missing; by hand, as root: ${command}`)
}

export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sleepwell')
}

/** A package is taken as a whole: its programs have to be of one version. */
function missingOf(packageOf: typeof stack): string[] {
  const programs = Object.keys(packageOf)
  const lacking = programs.filter((program) => !isThere(program)).map((it) => packageOf[it])
  return programs.filter((program) => lacking.includes(packageOf[program]))
}

/** What is not on everybody's PATH: servers, and the programs of each version of Postgres, the newest first. */
function serverDirectories(): string[] {
  const postgres = '/usr/lib/postgresql'
  const versions = existsSync(postgres) ? readdirSync(postgres) : []
  const newestFirst = versions.toSorted((a, b) => Number(b) - Number(a))
  return ['/usr/sbin', ...newestFirst.map((version) => join(postgres, version, 'bin'))]
}

function searchIn(directories: readonly string[]): void {
  const path = new Set((process.env.PATH ?? '').split(delimiter))
  process.env.PATH = [...path, ...directories.filter((it) => !path.has(it))].join(delimiter)
}

function isThere(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Asked by every package that would start a service, which we do ourselves. */
const policy = '/usr/sbin/policy-rc.d'

async function install(packages: readonly string[], stop: AbortSignal): Promise<void> {
  const run = runner(stop)
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  const words = ['install', '-y', '--no-install-recommends', ...packages]
  try {
    // The lists that are there may be old, or there may be none.
    await run('apt-get', words).catch(async () => {
      await run('apt-get', ['update'])
      await run('apt-get', words)
    })
  } finally {
    if (ours) rmSync(policy)
  }
}

export type Run = (file: string, words: readonly string[], cwd?: string) => Promise<string>

/** Runs programs whose output is of interest only when they fail; resolves to what they print. */
function runner(stop: AbortSignal): Run {
  return async (file, words, cwd) => {
    const child = spawn(file, words, {
      cwd,
      signal: stop,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text))
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject).once('close', resolve)
    })
    if (status === 0) return said.stdout
    const complaint = said.stderr.split('\n').find((line) => /^(E|dpkg.*error):/u.test(line))
    throw new Error(`${file} ${words[0]}: ${complaint ?? `exit code ${String(status)}`}`)
  }
}

// What the stack needs on a Debian or Ubuntu and may be missing. Root installs it; anybody else has it unpacked into a
// cache, and nothing of the machine changes.
import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { CannotStart } from './cannot-start.ts'
import { unpackPackages } from './unpack-packages.ts'

/** Program, and the package that brings it. */
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
const tests: typeof stack = {
  ...stack,
  haproxy: 'haproxy',
  socat: 'socat',
  promtool: 'prometheus',
  amtool: 'prometheus-alertmanager',
}

export interface InstallOptions {
  readonly say: (line: string) => void
  readonly stop: AbortSignal
}

/** Afterwards every program that they need is on this process's PATH. */
export async function ensureInstalled(
  who: 'stack' | 'tests',
  { say, stop }: InstallOptions,
): Promise<void> {
  const packageOf = who === 'stack' ? stack : tests
  const cache = join(cacheDirectory(), 'packages')
  // Where servers are, which is on the PATH of root only.
  process.env.PATH = [process.env.PATH, '/usr/sbin'].join(delimiter)
  // All of them, also those that the cache has: it is replaced as a whole.
  const missing = Object.keys(packageOf).filter((program) => !isThere(program))
  // After what the machine has itself.
  process.env.PATH = [process.env.PATH, join(cache, 'bin')].join(delimiter)
  if (missing.every(isThere)) return
  const packages = missing.map((program) => packageOf[program] ?? program)
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
  const still = missing.filter((program) => !isThere(program))
  if (still.length > 0)
    throw new CannotStart(`${still.join(', ')} are missing; by hand, as root: ${command}`)
}

export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sleepwell')
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

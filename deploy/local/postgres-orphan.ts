// The Postgres of a supervisor that was killed goes on serving. Whoever holds the lock of the directory may stop it.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CannotStart } from './cannot-start.ts'

/** @param directory data directory of Postgres; ours alone */
export async function stopOrphan(directory: string): Promise<void> {
  const pidFile = join(directory, 'postmaster.pid')
  const pid = readPid(pidFile)
  if (pid === undefined) return
  if (!isPostgres(pid)) {
    // The number may belong to another program by now, which Postgres would take for a running server.
    rmSync(pidFile, { force: true })
    return
  }
  // "fast" first, then "immediate", after which the next start repairs from the log.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    kill(pid, signal)
    for (let i = 0; i < 150; i++) {
      if (readPid(pidFile) !== pid || !isPostgres(pid)) return
      await sleep(100)
    }
  }
  throw new CannotStart(`The Postgres of an earlier start (process ${pid}) does not stop.`)
}

/** Whether the last life did not end properly. */
export function hasOrphan(directory: string): boolean {
  return existsSync(join(directory, 'postmaster.pid'))
}

function readPid(file: string): number | undefined {
  const pid = Number(contentOf(file).split('\n')[0])
  return Number.isInteger(pid) && pid > 1 ? pid : undefined
}

function isPostgres(pid: number): boolean {
  const command = existsSync('/proc/self/cmdline')
    ? contentOf(`/proc/${pid}/cmdline`).split('\0')[0]
    : spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
  return command !== undefined && /(^|\/)postgres$/u.test(command)
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has just gone.
  }
}

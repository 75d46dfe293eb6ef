// Processes are found by their working directory: a postmaster is no child of who started it, nor are its children once it is
// killed, but all of them stay where they work.
import { readdirSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Ids of those that work in a directory or below it, the oldest first. */
export function processesIn(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && worksIn(name, directory))
    .map(Number)
    .toSorted((a, b) => a - b)
}

/** To all of them, and to those that they have started meanwhile. */
export function signalAllIn(directory: string, signal: NodeJS.Signals): void {
  const told = new Set<number>()
  for (;;) {
    const others = processesIn(directory).filter((pid) => !told.has(pid))
    if (others.length === 0) return
    for (const pid of others) {
      told.add(pid)
      send(pid, signal)
    }
  }
}

/** Resolves when none is left. */
export async function killAllIn(directory: string): Promise<void> {
  do {
    signalAllIn(directory, 'SIGKILL')
    await sleep(5)
  } while (processesIn(directory).length > 0)
}

function worksIn(pid: string, directory: string): boolean {
  try {
    const place = readlinkSync(`/proc/${pid}/cwd`)
    return place === directory || place.startsWith(`${directory}/`)
  } catch {
    // It has ended, or is somebody else's.
    return false
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has just ended.
  }
}

// Processes are found by their working directory: a postmaster is no child of who started it, nor are its children once it is
// killed, but all of them stay where they work.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Ids of those that work in a directory or below it, the oldest first. */
export function processesIn(directory: string): number[] {
  return processesOf((pid) => worksIn(pid, directory))
}

/** Ids of those that are in a network namespace, by the name that /proc has for it. */
export function processesOn(network: string): number[] {
  return processesOf((pid) => readlinkSync(`/proc/${pid}/ns/net`) === network)
}

function processesOf(isMeant: (pid: string) => boolean): number[] {
  const isOne = (name: string) => {
    try {
      return isMeant(name)
    } catch {
      // It has ended, or is somebody else's.
      return false
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && isOne(name))
    .map(Number)
    .toSorted((a, b) => a - b)
}

/** To all of them, and to those that they have started meanwhile. */
export function signalAllIn(directory: string, signal: NodeJS.Signals): void {
  signalAll(() => processesIn(directory), signal)
}

function signalAll(find: () => number[], signal: NodeJS.Signals): void {
  const told = new Set<number>()
  for (;;) {
    const others = find().filter((pid) => !told.has(pid))
    if (others.length === 0) return
    for (const pid of others) {
      told.add(pid)
      send(pid, signal)
    }
  }
}

/** Resolves when none is left. */
export async function killAllIn(directory: string): Promise<void> {
  await killAll(() => processesIn(directory))
}

/** The same. */
export async function killAll(find: () => number[]): Promise<void> {
  do {
    signalAll(find, 'SIGKILL')
    await sleep(5)
  } while (find().length > 0)
}

/** What it calls itself; empty if it has ended. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

function worksIn(pid: string, directory: string): boolean {
  const place = readlinkSync(`/proc/${pid}/cwd`)
  return place === directory || place.startsWith(`${directory}/`)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has just ended.
  }
}

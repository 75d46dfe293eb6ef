import { readdirSync, readFileSync } from 'node:fs'

/** A tick of /proc/PID/stat. */
const tickMicroseconds = 10_000

/** Processor time that a process has used, all threads. */
export function cpuMicroseconds(pid: number): number {
  // The name of the program may hold anything; user and system time are the 12th and 13th word after it.
  const words = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /su, '')
    .split(' ')
  return (Number(words[11]) + Number(words[12])) * tickMicroseconds
}

/** The same of the program that started a process, and of everything that it runs: the whole system. */
export function systemCpuMicroseconds(pid: number): Map<string, number> {
  const used = new Map<string, number>()
  for (const process of familyOf(parentOf(pid) ?? pid)) {
    try {
      const name = readFileSync(`/proc/${process}/comm`, 'utf8').trim()
      used.set(name, (used.get(name) ?? 0) + cpuMicroseconds(process))
    } catch {
      // It has just ended.
    }
  }
  return used
}

/** A process and all that it and its own have started. */
function familyOf(pid: number): number[] {
  const processes = readdirSync('/proc').map(Number).filter(Number.isInteger)
  const parents = new Map(processes.map((process) => [process, parentOf(process) ?? 0]))
  const belongs = (process: number): boolean =>
    process === pid || (process > 1 && belongs(parents.get(process) ?? 0))
  return processes.filter(belongs)
}

function parentOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^PPid:\s+(\d+)/mu.exec(status)?.[1])
  } catch {
    return undefined
  }
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

/** The smallest number that so many percent do not exceed. */
export function percentile(numbers: readonly number[], percent: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN
}

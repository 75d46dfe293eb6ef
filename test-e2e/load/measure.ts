import { readFileSync } from 'node:fs'

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

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

/** The smallest number that so many percent do not exceed. */
export function percentile(numbers: readonly number[], percent: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN
}

import { readFileSync } from 'node:fs'

export type Settings = Record<string, string>

/** What a process was started with. */
export function environmentOf(pid: number): Settings {
  const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean)
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

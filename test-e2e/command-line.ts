// The real command line, as a process of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Access } from './system.ts'

const main = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** @param home of somebody who has no configuration */
export function commandLineOf(access: Access, home: string) {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    SLEEPWELL_API_KEY: access.apiKey,
    SLEEPWELL_LINKS: access.linkWrite,
    SLEEPWELL_REPORTS: access.analytics,
  }
  const start = (words: readonly string[], more: Record<string, string> = {}) =>
    spawn(process.execPath, [main, ...words], { env: { ...env, ...more }, stdio: 'pipe' })
  const run = async (
    words: readonly string[],
    more: Record<string, string> = {},
    input = '',
  ): Promise<Ran> => {
    const child = start(words, more)
    let [out, err] = ['', '']
    child.stdout.on('data', (part: Buffer) => (out += part.toString()))
    child.stderr.on('data', (part: Buffer) => (err += part.toString()))
    child.stdin.end(input)
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, out, err }
  }
  return { start, run }
}

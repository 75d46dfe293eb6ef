// The commands of the disaster plan, as a person runs them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { LinksServer } from './links-server.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface Promotion {
  readonly seconds: number
  readonly said: readonly string[]
}

export async function promoteRegion(standby: LinksServer, old: LinksServer): Promise<Promotion> {
  const begunAt = performance.now()
  const said = await runCommand('promote-region', ['--yes'], {
    STANDBY_URL: `${standby.url}/links`,
    OLD_PRIMARY_URL: `${old.url}/links`,
  })
  const seconds = Math.round((performance.now() - begunAt) / 100) / 10
  return { seconds, said: linesIn(said) }
}

/** A line of `list-lost-links`. */
export interface LostChange {
  readonly change: 'created' | 'edited' | 'deleted'
  readonly slug: string
  readonly lost: { readonly destination: string } | null
  readonly kept: { readonly id: string } | null
}

export async function readLostChanges(kept: LinksServer, lost: LinksServer): Promise<LostChange[]> {
  const said = await runCommand('list-lost-links', [], {
    LINKS_URL: `${kept.url}/links`,
    LOST_URL: `${lost.url}/links`,
  })
  return linesIn(said).map((line) => JSON.parse(line) as LostChange)
}

function linesIn(said: string): string[] {
  return said.split('\n').filter((line) => line !== '')
}

async function runCommand(
  name: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn('npm', ['run', '-s', name, '--', ...words], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  if (status !== 0) throw new Error(`${name} failed: ${err}${out}`)
  return out
}

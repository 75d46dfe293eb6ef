import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))

/** The fuzzer in an environment of its own, in the cache; made once for each set of versions. */
export async function installSchemathesis(say: (line: string) => void): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const folder = join(cache, 'sleepwell', `schemathesis-${digest}`)
  const program = join(folder, 'bin/schemathesis')
  if (existsSync(program)) return program
  say('installing schemathesis (once)')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(cache, 'sleepwell'), { recursive: true })
  // Its programs have the folder's name in them: it is marked as whole by its last step.
  await run('python3', ['-m', 'venv', folder])
  await run(join(folder, 'bin/pip'), ['install', '--quiet', '--no-compile', '-r', requirements])
  if (!existsSync(program)) throw new Error('schemathesis was not installed')
  return program
}

async function run(program: string, words: readonly string[]): Promise<void> {
  const child = spawn(program, words, { stdio: ['ignore', 2, 2] })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}`)
}

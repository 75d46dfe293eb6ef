// Programs that do one thing and end: migrations, topics, keys.
import { spawn } from 'node:child_process'
import { root } from './tool.ts'

/**
 * Runs a source file of a package as a process of its own.
 *
 * @param name of what failed, for people
 * @returns what it has printed
 */
export async function runJob(
  name: string,
  folder: string,
  words: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  const child = spawn(process.execPath, words, {
    cwd: `${root}${folder}`,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text))
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  if (status !== 0) throw new Error(`${name} failed: ${(said.stderr + said.stdout).trim()}`)
  return said.stdout
}

import { spawn } from 'node:child_process'

/**
 * Runs a command of the inventory to its end; a stop of this process does not reach it.
 *
 * @param values for what stands in braces
 * @returns what it has printed
 */
export async function runCommand(
  command: readonly string[],
  values: Readonly<Record<string, string>>,
  limitSeconds: number,
): Promise<string> {
  const [file = '', ...words] = command.map((word) =>
    word.replaceAll(/\{(\w+)\}/gu, (braces, name: string) => values[name] ?? braces),
  )
  const child = spawn(file, words, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] = (said[stream] + text).slice(-10_000)
    })
  let late = false
  const limit = setTimeout(() => {
    late = true
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }, limitSeconds * 1000)
  try {
    const end = await new Promise<string>((resolve, reject) => {
      child.once('error', reject)
      const tell = (code: number | null, signal: string | null) =>
        resolve(signal ?? `exit code ${code}`)
      child.once('close', tell)
      // What it has started, and left running, may hold on to its output.
      child.once('exit', (...end) => setTimeout(tell, 500, ...end))
    })
    if (end === 'exit code 0') return said.stdout.trim()
    const how = late ? `not done after ${limitSeconds} s` : end
    throw new Error(`${command.join(' ')}: ${how}: ${(said.stderr + said.stdout).trim()}`)
  } finally {
    clearTimeout(limit)
  }
}

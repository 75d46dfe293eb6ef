// For tests: the commands within this process, over a server that answers what it is told.
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { type ExitCode, exitCodeOf, explain } from './exit-code.ts'
import { createProgram } from './program.ts'

export interface Ran {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
}

export async function runWith(origin: string, words: readonly string[]): Promise<Ran> {
  let [out, err]: [string, string] = ['', '']
  let code: ExitCode = 0
  const program = createProgram({
    env: {
      SLEEPWELL_API_KEY: 'sw_key',
      SLEEPWELL_LINKS: origin,
      SLEEPWELL_REPORTS: origin,
      SLEEPWELL_CONFIG: '/nowhere/sleepwell.json',
    },
    stdin: Readable.from([]),
    out: (text) => (out += text),
    err: (text) => (err += text),
    outIsTerminal: false,
    errIsTerminal: false,
    fail: (given) => (code = given),
  })
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    code = exitCodeOf(error)
    err += explain(error) ?? ''
  }
  return { code, out, err }
}

/** As the body of an answer. */
export function answerJson(res: ServerResponse, body: unknown, status = 200): void {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

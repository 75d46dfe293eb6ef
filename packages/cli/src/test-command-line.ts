// For tests: the commands within this process, over a server that answers what it is told.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
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

/** Until disposed; then nobody listens there. */
export async function serving(handle: (req: IncomingMessage, res: ServerResponse) => void) {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** As the body of an answer. */
export function answerJson(res: ServerResponse, body: unknown, status = 200): void {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

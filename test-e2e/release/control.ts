// How a release tells servers of a test what to run: commands of an inventory that end up in this process.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Control extends AsyncDisposable {
  readonly run: readonly string[]
  readonly running: readonly string[]
}

export interface Controlled {
  /** Rejects: the command fails. */
  readonly run: (server: string, release: string) => Promise<void>
  readonly running: (server: string) => string
}

const script = `const [, url, ...words] = process.argv
const answer = await fetch(url, { method: 'POST', body: JSON.stringify(words) })
process.stdout.write(await answer.text())
process.exitCode = answer.ok ? 0 : 1`

export async function openControl({ run, running }: Controlled): Promise<Control> {
  const server = createServer((req, res) => {
    const answer = async () => {
      const [name = '', release] = await wordsIn(req)
      if (release === undefined) return running(name)
      await run(name, release)
      return ''
    }
    answer().then(
      (text) => res.end(text),
      (error: unknown) => res.writeHead(500).end(String(error)),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const command = [process.execPath, '--input-type=module', '-e', script, url, '{server}']
  return {
    run: [...command, '{release}'],
    running: command,
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function wordsIn(req: IncomingMessage): Promise<string[]> {
  let body = ''
  for await (const part of req.setEncoding('utf8')) body += String(part)
  return JSON.parse(body) as string[]
}

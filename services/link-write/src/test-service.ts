// For tests: the service as a process, with its exporter and its log.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { issueKey } from './issue-key.ts'
import { insertKey } from './key-table.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))

interface Line {
  readonly msg: string
  readonly port?: number
  readonly adminPort?: number
  readonly mistakes?: readonly string[]
}

export async function startService(env: Record<string, string>) {
  const child = spawn(
    process.execPath,
    ['--import', '@sleepwell/runtime/telemetry', 'src/main.ts'],
    {
      cwd: folder,
      env: { HOST: '127.0.0.1', PORT: '0', ADMIN_PORT: '0', DRAIN_DELAY_SECONDS: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  const listening = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      said += String(text)
      if (said.includes('"listening"')) listening.resolve()
    })
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  await Promise.race([listening.promise, exit])
  const lines = () =>
    said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
  const { port, adminPort } = lines().find(({ msg }) => msg === 'listening') ?? {}
  return {
    api: `http://127.0.0.1:${port}`,
    admin: `http://127.0.0.1:${adminPort}`,
    said: () => said,
    lines,
    exit,
    stop: () => {
      child.kill('SIGTERM')
      return exit
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exit
    },
  }
}

/** An admin key in the database at `url`. */
export async function keyIn(url: string): Promise<string> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const key = await issueKey({ ownerId: 'acme', scopes: ['admin'], expiresAt: null }, (stored) =>
    insertKey(client, stored),
  )
  await client.end()
  return key
}

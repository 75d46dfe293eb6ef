// For tests: the process itself, with databases of its own.
import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { until } from '@sleepwell/click-log/log-diary'
import { keyFromSecret } from '@sleepwell/contracts/api-key'
import type { ClickReport } from '@sleepwell/contracts/report'
import type { TestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { linkId } from './test-clicks.ts'

export const key = keyFromSecret('a'.repeat(32))

/** One owner with a key and a link. */
export async function fillLinks(links: TestDatabase): Promise<void> {
  const client = new Client({ connectionString: links.url('link_write') })
  await client.connect()
  await client.query(
    `insert into keys (id, owner_id, hash, scopes) values ($1, 'owner', $2, '{reports:read}')`,
    [randomUUID(), createHash('sha256').update(key).digest()],
  )
  await client.query(
    `insert into links (id, owner_id, domain, slug, destination) values ($1, 'owner', '@', 's', 'https://example.com/')`,
    [linkId],
  )
  await client.end()
}

export interface TestDatabases {
  readonly analytics: TestDatabase
  readonly links: TestDatabase
}

/** Resolves when it listens, or has ended. */
export async function startService(
  { analytics, links }: TestDatabases,
  changes: Record<string, string> = {},
) {
  const child = spawn(
    process.execPath,
    ['--import', '@sleepwell/runtime/telemetry', 'src/main.ts'],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: {
        ANALYTICS_URL: analytics.url('analytics'),
        LINKS_URL: links.url('analytics'),
        HOST: '127.0.0.1',
        PORT: '0',
        ADMIN_PORT: '0',
        DRAIN_DELAY_SECONDS: '0',
        ...changes,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => (said += String(text)))
  const exited = once(child, 'exit')
  await until(() => said.includes('listening') || child.exitCode !== null)
  const line = said.split('\n').find((each) => each.includes('listening')) ?? '{}'
  const { port, adminPort } = JSON.parse(line) as { port?: number; adminPort?: number }
  return {
    said: () => said,
    exited,
    child,
    origin: `http://127.0.0.1:${port}`,
    report: async (query = '') => {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/reports/clicks${query}`, {
        headers: { authorization: `Bearer ${key}` },
      })
      return { status: answer.status, body: (await answer.json()) as ClickReport }
    },
    admin: async (path: string) =>
      await (await fetch(`http://127.0.0.1:${adminPort}${path}`)).text(),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await exited
    },
  }
}

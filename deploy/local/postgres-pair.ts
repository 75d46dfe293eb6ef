// A primary and a streaming replica for one test alone, which may kill, freeze and promote them: nobody starts them
// again. Tells their addresses by one line of JSON; a line on its input, or the end of it, ends it.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { prepareDatabases } from './databases.ts'
import { followLife, type Life } from './life.ts'
import type { Postgres } from './postgres-program.ts'
import { preparePostgres } from './postgres.ts'
import { prepareReplica } from './postgres-replica.ts'

const password = 'test'
const [delayMs = '0', further = '{}'] = process.argv.slice(2)
const settings = {
  fsync: 'off',
  max_connections: '100',
  shared_buffers: '32MB',
  ...(JSON.parse(further) as Record<string, string>),
}

const directory = mkdtempSync(join(tmpdir(), 'sleepwell-pair-'))
chmodSync(directory, 0o755)
const lives: Life[] = []
try {
  const primaryDirectory = join(directory, 'primary')
  const primary = await preparePostgres({ directory: primaryDirectory, password, settings })
  const primaryPid = await start(primary)
  await prepareDatabases(primary.url, () => password)
  const replica = await prepareReplica({
    directory: join(directory, 'replica'),
    primary,
    primaryDirectory,
    password,
    settings: { ...settings, recovery_min_apply_delay: `${Number(delayMs)}ms` },
    say: console.error,
  })
  const replicaPid = await start(replica)
  console.log(
    JSON.stringify({
      primary: { url: primary.url, pid: primaryPid },
      replica: { url: replica.url, pid: replicaPid },
    }),
  )
  process.stdin.resume()
  await once(process.stdin, 'end')
} finally {
  for (const life of lives) life.send('SIGKILL')
  await Promise.all(lives.map((life) => life.ended))
  rmSync(directory, { recursive: true, force: true })
}

async function start(postgres: Postgres): Promise<number> {
  const child = postgres.spawn()
  const life = followLife(child)
  lives.push(life)
  while (!(await postgres.isReady())) {
    if (life.isOver()) throw new Error(`${postgres.name} could not start: ${await life.ended}`)
    await sleep(50)
  }
  return child.pid ?? 0
}

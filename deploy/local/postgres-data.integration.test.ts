import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Client } from 'pg'
import { removeData } from './data-directory.ts'
import { stopOrphan } from './postgres-orphan.ts'
import { preparePostgres } from './postgres.ts'
import { openSecrets } from './secrets.ts'
import { supervise } from './supervise.ts'

let data: string
let directory: string

beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'sleepwell-data-'))
  chmodSync(data, 0o755)
  directory = join(data, 'postgres')
})
afterAll(async () => {
  await stopOrphan(directory)
  rmSync(data, { recursive: true })
})

test('what an initdb that died half-way left is not taken for a data directory', async () => {
  mkdirSync(`${directory}.new`)
  writeFileSync(`${directory}.new/PG_VERSION`, '18\n')
  await using server = await start()
  expect(await answer(server.url, 'select 42 as answer')).toBe(42)
  expect(readdirSync(data)).toEqual(['postgres'])
})

test('data is kept between starts, also when the server was killed', async () => {
  {
    await using server = await start()
    await answer(server.url, 'create table kept as select 7 as answer')
    await answer(server.url, 'checkpoint')
    process.kill(postmaster(), 'SIGKILL')
    await server.says('Postgres is ready again')
    expect(await answer(server.url, 'select answer from kept')).toBe(7)
  }
  await using server = await start()
  expect(await answer(server.url, 'select answer from kept')).toBe(7)
})

test('a server whose supervisor was killed is stopped before the next one starts', async () => {
  const { spawn: spawnPostgres, isReady } = await preparePostgres({ directory, password: 'p' })
  const orphan = spawnPostgres()
  while (!(await isReady())) await sleep(20)
  await using server = await start()
  expect([orphan.exitCode, orphan.signalCode]).toEqual([0, null])
  expect(await answer(server.url, 'select 42 as answer')).toBe(42)
})

test('a pid file whose number belongs to another program stops neither the start nor that program', async () => {
  const other = spawn('sleep', ['60'])
  await once(other, 'spawn')
  writeFileSync(join(directory, 'postmaster.pid'), `${other.pid}\n${directory}\n`)
  {
    await using server = await start()
    expect(await answer(server.url, 'select 42 as answer')).toBe(42)
  }
  expect(other.exitCode).toBeNull()
  other.kill()
})

test('another password than the one it was made with is one sentence, not an endless wait', async () => {
  const postgres = await preparePostgres({ directory, password: 'wrong' })
  const hurry = new AbortController().signal
  await using running = supervise(postgres, { say: () => {}, hurry })
  await expect(running.ready).rejects.toThrow('restore secrets.json beside it.')
})

test('data of another version is refused and left as it is', async () => {
  const file = join(directory, 'PG_VERSION')
  writeFileSync(file, '17\n')
  await expect(preparePostgres({ directory, password: 'p' })).rejects.toThrow(
    /is of Postgres 17, and this Sleepwell brings Postgres 18; it was left as it is\.$/u,
  )
  expect(readFileSync(file, 'utf8')).toBe('17\n')
  writeFileSync(file, '18\n')
  await using server = await start()
  expect(await answer(server.url, 'select answer from kept')).toBe(7)
})

test('a directory with things of somebody else is refused and left as it is', async () => {
  const theirs = join(data, 'theirs')
  mkdirSync(theirs)
  writeFileSync(join(theirs, 'thesis.txt'), 'years of work')
  await expect(preparePostgres({ directory: theirs, password: 'p' })).rejects.toThrow(
    'is not a data directory of Postgres; it was left as it is.',
  )
  expect(readdirSync(theirs)).toEqual(['thesis.txt'])
})

test('beginning afresh removes what Sleepwell made, stops its server, and touches nothing else', async () => {
  // Without its secrets the directory is somebody else's.
  await expect(removeData(data)).rejects.toThrow('--fresh removes nothing there.')
  expect(existsSync(directory)).toBe(true)

  openSecrets(data)
  const { spawn: spawnPostgres, isReady } = await preparePostgres({ directory, password: 'p' })
  const orphan = spawnPostgres()
  while (!(await isReady())) await sleep(20)
  await removeData(data)
  expect([orphan.exitCode, orphan.signalCode]).toEqual([0, null])
  expect(readdirSync(data)).toEqual(['theirs'])
  await removeData(data)
})

async function start() {
  const said: string[] = []
  const postgres = await preparePostgres({ directory, password: 'p' })
  const hurry = new AbortController().signal
  const running = supervise(postgres, { say: (line) => void said.push(line), hurry })
  await running.ready
  return {
    url: postgres.url,
    says: async (line: string) => {
      while (!said.includes(line)) await sleep(20)
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

function postmaster(): number {
  return Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')[0])
}

async function answer(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: `${url}/postgres` })
  await client.connect()
  try {
    const { rows } = await client.query<{ answer: unknown }>(sql)
    return rows[0]?.answer
  } finally {
    await client.end()
  }
}

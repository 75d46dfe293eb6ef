import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Client } from 'pg'
import { preparePostgres } from './postgres.ts'
import { prepareReplica } from './postgres-replica.ts'
import { supervise, type Program } from './supervise.ts'

let data: string
let said: string[]
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'sleepwell-replica-'))
  chmodSync(data, 0o755)
  said = []
})
afterEach(() => rmSync(data, { recursive: true }))

const say = (line: string) => void said.push(line)
const anew = () => said.filter((line) => line.includes('made anew'))

test('what was written before, while and after it was copied is on the replica', async () => {
  await using primary = await startPrimary()
  await ask(primary.url, 'create table noted as select 1 as number')
  const writing = new AbortController()
  const written = keepWriting(primary.url, writing.signal)
  await using replica = await startReplica(primary)
  writing.abort()
  await expectSame(primary.url, replica.url, await written)
  expect(anew()).toEqual([])
})

test('it goes on after its own end and after that of the primary, without a new copy', async () => {
  const primary = await startPrimary()
  await ask(primary.url, 'create table noted as select 1 as number')
  await using replica = await startReplica(primary)
  for (const name of ['postgres', 'postgres-replica']) {
    process.kill(postmaster(name), 'SIGKILL')
    const title = name === 'postgres' ? 'Postgres' : 'Postgres replica'
    while (!said.includes(`${title} is ready again`)) await sleep(20)
    await ask(primary.url, 'insert into noted values (2)')
    await expectSame(primary.url, replica.url)
  }
  await replica[Symbol.asyncDispose]()
  await ask(primary.url, 'insert into noted values (3)')
  await primary[Symbol.asyncDispose]()

  await using nextPrimary = await startPrimary()
  await using nextReplica = await startReplica(nextPrimary)
  await expectSame(nextPrimary.url, nextReplica.url, 4)
  expect(anew()).toEqual([])
})

test('a replica whose changes the primary has thrown away is made anew, and that is said', async () => {
  await using primary = await startPrimary()
  await ask(primary.url, 'create table noted as select 1 as number')
  const replica = await startReplica(primary)
  await replica[Symbol.asyncDispose]()
  await ask(primary.url, `select pg_drop_replication_slot('replica')`)
  await using next = await startReplica(primary)
  await expectSame(primary.url, next.url, 1)
  expect(anew()).toEqual([
    'The replica is made anew: the primary no longer has the changes that it is missing',
  ])
})

test('a replica of another primary is made anew, and one that was copied half-way is not used', async () => {
  {
    await using primary = await startPrimary()
    await using _replica = await startReplica(primary)
  }
  rmSync(join(data, 'postgres'), { recursive: true })
  mkdirSync(join(data, 'postgres-replica.new'))
  writeFileSync(join(data, 'postgres-replica.new/PG_VERSION'), '18\n')
  await using primary = await startPrimary()
  await ask(primary.url, 'create table noted as select 1 as number')
  await using replica = await startReplica(primary)
  await expectSame(primary.url, replica.url, 1)
  expect(anew()).toEqual(['The replica is made anew: it belongs to another primary'])
  expect(existsSync(join(data, 'postgres-replica.new'))).toBe(false)
})

async function startPrimary() {
  return await run(await preparePostgres({ directory: join(data, 'postgres'), password: 'p' }))
}

async function startReplica(primary: Awaited<ReturnType<typeof startPrimary>>) {
  const directory = join(data, 'postgres-replica')
  const primaryDirectory = join(data, 'postgres')
  const options = { directory, primary: primary.program, primaryDirectory, password: 'r', say }
  return await run(await prepareReplica(options))
}

async function run<P extends Program & { readonly url: string }>(program: P) {
  const running = supervise(program, { say, hurry: new AbortController().signal })
  await running.ready
  return { ...running, program, url: `${program.url}/postgres` }
}

async function keepWriting(url: string, stop: AbortSignal): Promise<number> {
  let rows = 1
  while (!stop.aborted) {
    await ask(url, 'insert into noted values (2)')
    rows += 1
  }
  return rows
}

/** The replica comes to hold as many rows as the primary. */
async function expectSame(primary: string, replica: string, rows?: number): Promise<void> {
  const count = 'select count(number) as count from noted'
  const [expected] = await ask(primary, count)
  if (rows !== undefined) expect(Number(expected?.count)).toBe(rows)
  for (;;) {
    const [found] = await ask(replica, count).catch(() => [])
    if (found?.count === expected?.count) return
    await sleep(20)
  }
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

function postmaster(name: string): number {
  return Number(readFileSync(join(data, name, 'postmaster.pid'), 'utf8').split('\n')[0])
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { migrate } from './migrations.ts'

let database: TestDatabase
let directory: string

beforeAll(async () => {
  database = await openTestDatabase('links')
})
afterAll(async () => await database[Symbol.asyncDispose]())
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'migrations-'))
  await query('drop schema public cascade; create schema public')
})
afterEach(() => rmSync(directory, { recursive: true }))

test('migrations run once, in the order of their numbers', async () => {
  write('0002_fill.sql', 'insert into cups values (1)')
  write('0001_cups.sql', 'create table cups (size int)')
  expect(await run()).toEqual(['0001_cups', '0002_fill'])
  expect(await run()).toEqual([])
  expect((await query('select size from cups')).rowCount).toBe(1)
})

test('several starters at once take turns', async () => {
  write('0001_cups.sql', 'create table cups (size int); select pg_sleep(0.1)')
  const done = await Promise.all([run(), run(), run()])
  expect(done.flat()).toEqual(['0001_cups'])
})

test('a migration that fails leaves nothing of itself behind, and runs whole once it is mended', async () => {
  write('0001_cups.sql', 'create table cups (size int)')
  write('0002_fill.sql', 'insert into cups values (1); insert into mugs values (1)')
  await expect(run()).rejects.toThrow('mugs')
  expect((await query('select size from cups')).rowCount).toBe(0)
  write('0002_fill.sql', 'insert into cups values (2)')
  expect(await run()).toEqual(['0002_fill'])
})

test('a server lost in the middle rejects and ends no process', async () => {
  write('0001_end.sql', 'select pg_terminate_backend(pg_backend_pid())')
  await expect(run()).rejects.toThrow(/terminat/u)
})

function write(name: string, sql: string): void {
  writeFileSync(join(directory, name), `${sql};\n`)
}

function run(): Promise<string[]> {
  return migrate({ url: database.url('postgres'), directory })
}

async function query(sql: string) {
  const client = new Client({ connectionString: database.url('postgres') })
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}

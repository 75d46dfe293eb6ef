// The script that starts the replica of the compose form, with programs of Postgres that only note what they were told.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'

const published = fileURLToPath(new URL('../compose/postgres-replica.sh', import.meta.url))
let scratch: string
let data: string

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'sleepwell-replica-'))
  data = join(scratch, 'data')
  mkdirSync(join(scratch, 'bin'))
  writeFileSync(join(scratch, 'replica_password'), 'any')
  const script = readFileSync(published, 'utf8').replaceAll('/run/secrets', scratch)
  writeFileSync(join(scratch, 'start'), script, { mode: 0o755 })
  program(
    'psql',
    '[ "$PRIMARY" = away ] && exit 2; case "$*" in *wal_status*) echo "$PRIMARY" ;; esac',
  )
  program('pg_basebackup', 'mkdir "$PGDATA.new"; echo 17 > "$PGDATA.new/PG_VERSION"')
  program('postgres', '')
})

afterEach(() => {
  rmSync(scratch, { recursive: true })
})

test('where there is no copy yet, one is made', () => {
  expect(start('reserved')).toEqual(['psql', 'psql', 'pg_basebackup', 'postgres'])
})

test('a copy that follows is left alone, whether or not the primary is there', () => {
  makeCopy('standby.signal', 'mine')
  expect(start('reserved')).toEqual(['psql', 'postgres'])
  expect(start('away')).toEqual(['psql', 'postgres'])
  expect(existsSync(join(data, 'mine'))).toBe(true)
})

test('a copy that was away for too long to follow is made anew', () => {
  makeCopy('standby.signal', 'mine')
  expect(start('lost')).toEqual(['psql', 'psql', 'psql', 'pg_basebackup', 'postgres'])
  expect(existsSync(join(data, 'mine'))).toBe(false)
  expect(readFileSync(join(scratch, 'told'), 'utf8')).toContain(
    "pg_drop_replication_slot('replica')",
  )
})

test('a copy that somebody has promoted is no copy any more, and is kept', () => {
  makeCopy('mine')
  expect(start('lost')).toEqual(['psql', 'postgres'])
  expect(existsSync(join(data, 'mine'))).toBe(true)
})

function program(name: string, body: string): void {
  const text = `#!/bin/sh\necho ${name} "$@" >> ${scratch}/told\n${body}\n`
  writeFileSync(join(scratch, 'bin', name), text, { mode: 0o755 })
}

function makeCopy(...files: readonly string[]): void {
  mkdirSync(data)
  for (const file of ['PG_VERSION', ...files]) writeFileSync(join(data, file), '17')
}

/** Which programs it ran. */
function start(primary: string): string[] {
  rmSync(join(scratch, 'told'), { force: true })
  const { status, stderr } = spawnSync(join(scratch, 'start'), ['-c', 'any=1'], {
    env: { PATH: `${scratch}/bin:/usr/bin:/bin`, PGDATA: data, PRIMARY: primary },
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const told = readFileSync(join(scratch, 'told'), 'utf8').trim().split('\n')
  expect(told.at(-1)).toBe('postgres -c any=1')
  return told.map((line) => line.split(' ')[0] ?? '')
}

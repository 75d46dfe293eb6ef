// A copy of a running Postgres, file by file: what changes meanwhile is repaired from the log when the copy starts.
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, type Dirent } from 'node:fs'
import { copyFile, mkdir, readdir, chown } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from 'pg'
import type { PostgresUser } from './postgres-user.ts'
import { writePrivateFile } from './private-file.ts'

/** Directories whose contents are of the running server alone. */
const emptied = new Set([
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_wal',
])
const leftOut = /^(postmaster\.(pid|opts)|pg_internal\.init|pgsql_tmp.*|backup_label|.*\.signal)$/u

/** Under another name until it is whole. */
export async function copyPrimary(
  primary: Client,
  from: string,
  to: string,
  { owner }: PostgresUser,
): Promise<void> {
  const unfinished = `${to}.new`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  try {
    await primary.query(`select pg_backup_start('replica', fast => true)`)
    await copyDirectory(from, unfinished, owner)
    const { rows } = await primary.query<{ label: string }>(
      'select labelfile as label from pg_backup_stop(wait_for_archive => false)',
    )
    writePrivateFile(join(unfinished, 'backup_label'), rows[0]?.label ?? '', owner)
    if (owner !== undefined) chownSync(unfinished, owner.uid, owner.gid)
    chmodSync(unfinished, 0o700)
    renameSync(unfinished, to)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

async function copyDirectory(
  from: string,
  to: string,
  owner: PostgresUser['owner'],
): Promise<void> {
  for (const entry of await entriesOf(from)) {
    if (leftOut.test(entry.name)) continue
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) {
      await mkdir(target, { mode: 0o700 })
      if (!emptied.has(entry.name)) await copyDirectory(source, target, owner)
    } else if (!(await copied(source, target))) continue
    if (owner !== undefined) await chown(target, owner.uid, owner.gid)
  }
}

/** None of one that the server has just removed. */
async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true })
  } catch (error) {
    if (Object(error).code === 'ENOENT') return []
    throw error
  }
}

/** False when the server has just removed it: then the log says so too. */
async function copied(source: string, target: string): Promise<boolean> {
  try {
    await copyFile(source, target)
    return true
  } catch (error) {
    if (Object(error).code === 'ENOENT') return false
    throw error
  }
}

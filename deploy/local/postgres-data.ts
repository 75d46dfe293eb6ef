// The data directory of Postgres, before there is one and as the last life left it.
import { spawnSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { CannotStart } from './cannot-start.ts'
import type { PostgresUser } from './postgres-user.ts'

/** Major version of the data. */
export function dataVersion(directory: string): number | 'absent' {
  if (!existsSync(directory)) return 'absent'
  const file = join(directory, 'PG_VERSION')
  if (existsSync(file)) return Number.parseInt(readFileSync(file, 'utf8'), 10)
  if (readdirSync(directory).length === 0) return 'absent'
  throw new CannotStart(`${directory} is not a data directory of Postgres; it was left as it is.`)
}

/** Major version of a program of Postgres. */
export function programVersion(program: string): number {
  const { stdout, error } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  const version = /\) (\d+)/u.exec(stdout ?? '')?.[1]
  if (version === undefined) throw new CannotStart(`${program} does not run: ${error?.message}.`)
  return Number(version)
}

/** Made under another name until it is whole: an initdb that died half-way leaves nothing that looks finished. */
export function initialise(
  initdb: string,
  directory: string,
  password: string,
  user: PostgresUser,
): void {
  const unfinished = `${directory}.new`
  const passwordFile = `${directory}.password`
  rmSync(unfinished, { recursive: true, force: true })
  try {
    mkdirSync(unfinished, { mode: 0o700 })
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (user.owner !== undefined)
      for (const path of [unfinished, passwordFile]) chownSync(path, user.owner.uid, user.owner.gid)
    const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
    const encoding = ['--encoding=UTF8', '--locale=C']
    const { file, words, ids } = user.command(initdb, ['-D', unfinished, ...access, ...encoding])
    const made = spawnSync(file, words, { ...ids, cwd: dirname(directory), encoding: 'utf8' })
    if (made.status !== 0)
      throw new Error(`initdb failed: ${made.error?.message ?? made.stderr.trim()}`)
    renameSync(unfinished, directory)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(unfinished, { recursive: true, force: true })
  }
}
